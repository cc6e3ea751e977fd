#include <gtest/gtest.h>

#include <random>

#include "net/http.h"
#include "net/test_client.h"

namespace strobe::net {
namespace {

// What follows a request that two readers would end at different places must never be taken for a request.
constexpr std::string_view k_smuggled = "GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n";

class Smuggling : public testing::TestWithParam<std::string> {};

TEST_P(Smuggling, IsRefusedAndTheConnectionClosed) {
  const auto server = start_echo();
  RawClient client(server->port());
  const RawAnswer answer = client.exchange(GetParam() + std::string(k_smuggled));
  EXPECT_GE(answer.status, 400);
  EXPECT_TRUE(client.closed_by_server());
  EXPECT_EQ(server->stats().requests, 0u);
  EXPECT_EQ(server->stats().bad_requests, 1u);
}

const std::string k_chunked = "Transfer-Encoding: chunked\r\n";

INSTANTIATE_TEST_SUITE_P(
    Http, Smuggling,
    testing::Values(post("Content-Length: 5\r\n" + k_chunked, "0\r\n\r\n"),
                    post(k_chunked + "Content-Length: 5\r\n", "0\r\n\r\n"),
                    post("Content-Length: 0\r\nContent-Length: 40\r\n", ""), post("Content-Length: 0, 40\r\n", ""),
                    post("Content-Length: +5\r\n", "hello"), post("Content-Length : 5\r\n", "hello"),
                    post("Content-Length:\r\n 5\r\n", "hello"), post("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"),
                    post("Transfer-Encoding: chunked, identity\r\n", "0\r\n\r\n"),
                    post("Transfer-Encoding: identity\r\nContent-Length: 5\r\n", "hello"),
                    post("Transfer-Encoding:\x0b"
                         "chunked\r\n",
                         "0\r\n\r\n"),
                    post("X: y\nContent-Length: 5\r\n", "hello"), post("Host: other\r\n", ""),
                    "POST / HTTP/1.0\r\n" + k_chunked + "\r\n0\r\n\r\n", post(k_chunked, "5\r\nhelloX\r\n0\r\n\r\n"),
                    post(k_chunked, "5\nhello\r\n0\r\n\r\n"), post(k_chunked, "ffffffffffffffff0\r\n"),
                    post(k_chunked, "5;a\n\r\nhello\r\n0\r\n\r\n"), post(k_chunked, "0\r\nX\n\r\n\r\n")));

TEST(HttpFraming, NextRequestStartsRightBehindTheBody) {
  const auto server = start_echo();
  RawClient client(server->port());
  client.send(post(k_chunked, "1\r\na\r\n0\r\nTrailer: x\r\n\r\n") + post_sized("b") +
              post("Content-Length: 0\r\n", "") + std::string(k_smuggled));
  EXPECT_EQ(client.read().body, "POST /v1/traces? \na");
  EXPECT_EQ(client.read().body, "POST /v1/traces? \nb");
  EXPECT_EQ(client.read().body, "POST /v1/traces? \n");
  EXPECT_EQ(client.read().body, "GET /smuggled? \n");
}

TEST(HttpFraming, NoBytesHurtTheServer) {
  const auto server = start_echo({.body_bytes_max = 5000, .header_bytes_max = 2000, .allowed_hosts = {}});
  const std::string seeds[] = {
      post(k_chunked + "Expect: 100-continue\r\n", "5;x=y\r\nhello\r\n10\r\n0123456789abcdef\r\n0\r\nA: b\r\n\r\n"),
      post_sized("hello", "Content-Encoding: gzip\r\nAccept: */*\r\n"),
      "GET http://localhost/x?y HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"};
  constexpr std::string_view k_spice("\r\n:;,0f \t\0\x80/", 12);
  std::minstd_rand random(1);
  for (int i = 0; i < 1500; ++i) {
    std::string bytes = seeds[random() % 3] + seeds[random() % 3];
    for (size_t changes = 1 + random() % 6; changes > 0; --changes) {
      const size_t at = random() % bytes.size();
      const char c = k_spice[random() % k_spice.size()];
      if (random() % 3 == 0)
        bytes.erase(at, 1 + random() % 8);
      else if (random() % 2 == 0)
        bytes[at] = c;
      else
        bytes.insert(at, 1 + random() % 3, c);
      if (bytes.empty()) bytes = "x";
    }
    RawClient client(server->port());
    client.send(bytes);
    client.finish_sending();
    while (client.read().status != 0) continue;
    ASSERT_TRUE(client.closed_by_server()) << bytes;
  }
  EXPECT_EQ(RawClient(server->port()).exchange(k_smuggled).status, 200);
}

}  // namespace
}  // namespace strobe::net
