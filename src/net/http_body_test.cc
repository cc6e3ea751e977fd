#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <thread>

#include "codec/inflate.h"
#include "net/buffers.h"
#include "net/http.h"
#include "net/test_client.h"

namespace strobe::net {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

constexpr size_t k_mib = size_t{1} << 20;

std::string noise(size_t size) {
  std::string out(size, '\0');
  uint32_t state = 1;
  for (char& c : out) c = static_cast<char>((state = state * 1664525 + 1013904223) >> 24);
  return out;
}

std::string raw_deflate(std::string_view text) {
  const std::string member = codec::gzip(text);
  return member.substr(10, member.size() - 18);  // without gzip's head and tail (RFC 1952)
}

std::string zlib(std::string_view text) {
  uint32_t a = 1;
  uint32_t b = 0;
  for (const char c : text) {
    a = (a + static_cast<uint8_t>(c)) % 65521;
    b = (b + a) % 65521;
  }
  std::string out = "\x78\x9c" + raw_deflate(text);
  for (const uint32_t byte : {b >> 8, b, a >> 8, a}) out += static_cast<char>(byte);
  return out;
}

// A zstd frame (RFC 8878) of blocks that are one byte repeated 128 Ki times, four bytes each.
std::string zstd_frame(char byte, int blocks) {
  std::string out("\x28\xb5\x2f\xfd\x00\x38", 6);
  for (int i = 1; i <= blocks; ++i) {
    const uint32_t header = (uint32_t{128 * 1024} << 3) | (1u << 1) | (i == blocks ? 1u : 0u);
    for (int shift = 0; shift < 24; shift += 8) out += static_cast<char>(header >> shift);
    out += byte;
  }
  return out;
}

// The most memory this process has had resident since reset_peak().
size_t peak_kib() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) return std::stoul(line.substr(6));
  }
  return 0;
}
void reset_peak() { std::ofstream("/proc/self/clear_refs") << "5"; }

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)  // g++
constexpr bool k_is_sanitized = true;
#elif defined(__clang__)
constexpr bool k_is_sanitized = __has_feature(address_sanitizer) || __has_feature(thread_sanitizer);
#else
constexpr bool k_is_sanitized = false;
#endif

// Sanitizers keep freed memory for a while, so that with them the figure says nothing.
void expect_peak_below(size_t kib) {
  if (!k_is_sanitized) {
    EXPECT_LT(peak_kib(), kib);
  }
}

TEST(BodyBuffer, FollowsWhatArrivedWhateverWasPromised) {
  BodyBuffer body;
  body.reset(64 * k_mib);
  std::string expected;
  for (int i = 0; i < 100; ++i) {
    const auto room = body.room(64 * k_mib - expected.size());
    EXPECT_LE(room.size(), std::max(expected.size(), k_mib));
    const size_t size = std::min<size_t>(room.size(), 50'000);
    std::fill_n(room.begin(), size, static_cast<char>(i));
    body.filled(size);
    expected.append(size, static_cast<char>(i));
  }
  EXPECT_TRUE(body.take() == expected);
}

TEST(HttpBody, ArrivesWholeInEverySize) {
  const auto server = start_echo();
  RawClient client(server->port());
  for (const size_t size : {size_t{0}, size_t{1}, size_t{16384}, size_t{100'000}, k_mib, k_mib + 1, 5 * k_mib + 7}) {
    const std::string body = noise(size);
    EXPECT_TRUE(client.exchange(post_sized(body)).body == "POST /v1/traces? \n" + body) << size;
  }
}

TEST(HttpBody, ChunksOfEverySizeAreOneBody) {
  const auto server = start_echo();
  RawClient client(server->port());
  const std::string body = noise(3 * k_mib);
  for (const size_t piece : {size_t{1000}, size_t{16384}, size_t{65536}, k_mib, 3 * k_mib}) {
    std::string chunks;
    char line[32];
    for (size_t at = 0; at < body.size(); at += piece) {
      const std::string_view chunk = std::string_view(body).substr(at, piece);
      chunks.append(line, static_cast<size_t>(std::snprintf(line, sizeof line, "%zx\r\n", chunk.size())));
      chunks.append(chunk).append("\r\n");
    }
    const RawAnswer answer = client.exchange(post("Transfer-Encoding: chunked\r\n", chunks + "0\r\n\r\n"));
    EXPECT_TRUE(answer.body == "POST /v1/traces? \n" + body) << piece;
  }
}

TEST(HttpBody, TooLongALengthIsRefusedBeforeItIsRead) {
  const auto server = start_echo({.body_bytes_max = 1000, .allowed_hosts = {}});
  RawClient client(server->port());
  EXPECT_EQ(client.exchange(post("Content-Length: 1001\r\n", "")).status, 413);
  EXPECT_TRUE(client.closed_by_server());
  EXPECT_EQ(RawClient(server->port()).exchange(post("Content-Length: 18446744073709551615\r\n", "")).status, 413);
  EXPECT_EQ(RawClient(server->port()).exchange(post_sized(std::string(1000, 'a'))).status, 200);
  EXPECT_EQ(server->stats().too_large, 2u);
}

TEST(HttpBody, ClientThatSendsItAllStillReadsTheRefusal) {
  const auto server = start_echo({.body_bytes_max = k_mib, .allowed_hosts = {}});
  const std::string body(20 * k_mib, 'a');
  RawClient client(server->port());
  EXPECT_TRUE(client.send(post_sized(body)));
  EXPECT_EQ(client.read().status, 413);
}

TEST(HttpBody, ChunkedIsRefusedAsSoonAsItIsTooLong) {
  const auto server = start_echo({.body_bytes_max = 1000, .allowed_hosts = {}});
  const std::string headers = "Transfer-Encoding: chunked\r\n";
  RawClient announced(server->port());
  EXPECT_EQ(announced.exchange(post(headers, "3e9\r\n")).status, 413);
  EXPECT_TRUE(announced.closed_by_server());
  RawClient summed(server->port());
  EXPECT_EQ(summed.exchange(post(headers, "3e8\r\n" + std::string(1000, 'a') + "\r\n1\r\n")).status, 413);
  RawClient fits(server->port());
  EXPECT_EQ(fits.exchange(post(headers, "3e8\r\n" + std::string(1000, 'a') + "\r\n0\r\n\r\n")).status, 200);
}

TEST(HttpBody, EveryCodingIsUndone) {
  const auto server = start_echo();
  RawClient client(server->port());
  const std::string text = noise(1000) + std::string(100'000, 'a');
  const auto body = [&](std::string_view coding, std::string_view bytes) {
    return client.exchange(post_sized(bytes, "Content-Encoding: " + std::string(coding) + "\r\n")).body;
  };
  const std::string expected = "POST /v1/traces? \n" + text;
  EXPECT_TRUE(body("gzip", codec::gzip(text)) == expected);
  EXPECT_TRUE(body("X-GZIP", codec::gzip(text)) == expected);
  EXPECT_TRUE(body("identity, gzip", codec::gzip(text)) == expected);
  EXPECT_TRUE(body("deflate", zlib(text)) == expected);
  EXPECT_TRUE(body("deflate", raw_deflate(text)) == expected);
  EXPECT_TRUE(body("identity", text) == expected);
  EXPECT_TRUE(body("zstd", zstd_frame('z', 2)) == "POST /v1/traces? \n" + std::string(256 * 1024, 'z'));
}

TEST(HttpBody, OtherCodingsAreUnsupported) {
  const auto server = start_echo();
  for (const std::string coding :
       {"br", "gzip, gzip", "gzip, zstd", "gzip;q=1", "gzipped", "gzip\r\nContent-Encoding: br"}) {
    RawClient client(server->port());
    EXPECT_EQ(client.exchange(post_sized("x", "Content-Encoding: " + coding + "\r\n")).status, 415) << coding;
  }
}

TEST(HttpBody, BrokenCodingIsABadRequestAndTheConnectionStays) {
  const auto server = start_echo();
  RawClient client(server->port());
  for (const std::string coding : {"gzip", "deflate", "zstd"}) {
    const std::string request = post_sized("no such data", "Content-Encoding: " + coding + "\r\n");
    EXPECT_EQ(client.exchange(request).status, 400) << coding;
  }
  const std::string member = codec::gzip("hello");
  EXPECT_EQ(client.exchange(post_sized(member.substr(0, member.size() - 3), "Content-Encoding: gzip\r\n")).status, 400);
  EXPECT_THAT(client.exchange(post_sized(member, "Content-Encoding: gzip\r\n")).body, EndsWith("hello"));
}

TEST(HttpBody, BombsInEveryCodingAreRefusedWithinTheLimit) {
  const auto server = start_echo({.body_bytes_max = 4 * k_mib, .allowed_hosts = {}});
  const std::string zeros(32 * k_mib, '\0');
  std::string members;
  for (const std::string member = codec::gzip(std::string(k_mib, '\0')); members.size() < 256 * member.size();) {
    members += member;
  }
  const std::pair<std::string, std::string> bombs[] = {{"gzip", codec::gzip(zeros)},
                                                       {"gzip", members},
                                                       {"deflate", zlib(zeros)},
                                                       {"deflate", raw_deflate(zeros)},
                                                       {"zstd", zstd_frame('z', 8000)}};  // the last is 1000 MiB
  RawClient client(server->port());
  reset_peak();
  const size_t before = peak_kib();
  for (const auto& [coding, bytes] : bombs) {
    const RawAnswer answer = client.exchange(post_sized(bytes, "Content-Encoding: " + coding + "\r\n"));
    EXPECT_EQ(answer.status, 413) << coding;
    EXPECT_THAT(answer.body, HasSubstr("after decompression"));
  }
  expect_peak_below(before + 16 * 1024);
  EXPECT_EQ(server->stats().too_large, 5u);
  EXPECT_EQ(server->stats().requests, 0u);
}

TEST(HttpBody, AllBodiesTogetherAreBounded) {
  const auto server = start_echo({.receiving_bytes_max = 1300 << 10, .allowed_hosts = {}});
  const std::string part(600 << 10, 'a');
  RawClient clients[] = {RawClient(server->port()), RawClient(server->port())};
  for (auto& client : clients) client.send(post("Content-Length: " + std::to_string(part.size() + 1) + "\r\n", part));
  // Which of the two is one too many depends on the kernel.
  for (int i = 0; i < 1000 && server->stats().overloads == 0; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  const RawAnswer answers[] = {clients[0].exchange("b"), clients[1].exchange("b")};
  const RawAnswer& refused = answers[answers[0].status == 503 ? 0 : 1];
  EXPECT_EQ(refused.status, 503);
  EXPECT_THAT(refused.head, HasSubstr("Retry-After: 2\r\n"));
  EXPECT_EQ(answers[0].status + answers[1].status, 200 + 503);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(RawClient(server->port()).exchange(post_sized(part)).status, 200);
  EXPECT_EQ(server->stats().overloads, 1u);
}

TEST(HttpBody, PromisesCostNoMemory) {
  const auto server = start_echo();
  std::vector<RawClient> clients;
  reset_peak();
  const size_t before = peak_kib();
  for (int i = 0; i < 100; ++i) {
    clients.emplace_back(server->port());
    clients.back().send(post("Content-Length: 67108864\r\n", "x"));
  }
  RawClient last(server->port());
  EXPECT_EQ(last.exchange(post_sized("y")).status, 200);
  expect_peak_below(before + 32 * 1024);
}

}  // namespace
}  // namespace strobe::net
