#include "net/request_head.h"

#include <gtest/gtest.h>

namespace strobe::net {
namespace {

std::expected<RequestHead, Refusal> parse(std::string_view line, std::string_view headers) {
  return parse_request_head(std::string(line) + "\r\n" + std::string(headers) + "\r\n");
}

int refusal(std::string_view line, std::string_view headers) {
  const auto head = parse(line, headers);
  return head ? 0 : head.error().status;
}

TEST(RequestHead, TakesWhatTheProductNeeds) {
  const auto head = parse("POST /v1/traces?a=b&c HTTP/1.1",
                          "Host: localhost:4318\r\ncontent-type: Application/JSON ; charset=utf-8\r\nAccept: */*\r\n"
                          "Authorization: Bearer x\r\nContent-Encoding: GZIP\r\nContent-Length: 12\r\n");
  ASSERT_TRUE(head.has_value());
  EXPECT_EQ(head->method, "POST");
  EXPECT_EQ(head->path, "/v1/traces");
  EXPECT_EQ(head->query, "a=b&c");
  EXPECT_EQ(head->host, "localhost:4318");
  EXPECT_EQ(head->content_type, "application/json");
  EXPECT_EQ(head->content_encoding, "gzip");
  EXPECT_EQ(head->accept, "*/*");
  EXPECT_EQ(head->authorization, "Bearer x");
  EXPECT_EQ(head->content_length, 12u);
  EXPECT_TRUE(head->keep_alive);
  EXPECT_FALSE(head->chunked);
}

TEST(RequestHead, AbsoluteTargetNamesTheHost) {
  const auto head = parse("GET http://other.example:81/x?y HTTP/1.1", "Host: localhost\r\n");
  ASSERT_TRUE(head.has_value());
  EXPECT_EQ(head->host, "other.example:81");
  EXPECT_EQ(head->path, "/x");
  EXPECT_EQ(head->query, "y");
  EXPECT_EQ(parse("GET HTTP://a?q HTTP/1.1", "Host: b\r\n")->path, "/");
}

TEST(RequestHead, KeepsConnectionsAsTheVersionSays) {
  EXPECT_TRUE(parse("GET / HTTP/1.1", "Host: a\r\n")->keep_alive);
  EXPECT_FALSE(parse("GET / HTTP/1.1", "Host: a\r\nConnection: close\r\n")->keep_alive);
  EXPECT_FALSE(parse("GET / HTTP/1.0", "")->keep_alive);
  EXPECT_TRUE(parse("GET / HTTP/1.0", "Connection: keep-alive\r\n")->keep_alive);
}

TEST(RequestHead, SeveralCodingLinesAreOneList) {
  const auto head = parse("POST / HTTP/1.1", "Host: a\r\nContent-Encoding: gzip\r\nContent-Encoding: br\r\n");
  EXPECT_EQ(head->content_encoding, "gzip,br");
}

TEST(RequestHead, RefusesEveryAmbiguousFraming) {
  constexpr std::string_view k_post = "POST / HTTP/1.1";
  const auto with_host = [&](std::string_view headers) {
    return refusal(k_post, "Host: a\r\n" + std::string(headers));
  };
  EXPECT_EQ(with_host("Content-Length: 1\r\nTransfer-Encoding: chunked\r\n"), 400);
  EXPECT_EQ(with_host("Transfer-Encoding: chunked\r\nContent-Length: 1\r\n"), 400);
  EXPECT_EQ(with_host("Content-Length: 1\r\nTransfer-Encoding: identity\r\n"), 400);
  EXPECT_EQ(with_host("Content-Length: 1\r\nContent-Length: 2\r\n"), 400);
  EXPECT_EQ(with_host("Content-Length: 1\r\nContent-Length: 1\r\n"), 400);
  EXPECT_EQ(with_host("Content-Length: 1, 2\r\n"), 400);
  EXPECT_EQ(with_host("Content-Length: 1, 1\r\n"), 400);
  for (const std::string_view length : {"", "-1", "+1", "0x1", "1 2", "1a", "18446744073709551616", "1;"}) {
    EXPECT_EQ(with_host("Content-Length: " + std::string(length) + "\r\n"), 400) << length;
  }
  EXPECT_EQ(with_host("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"), 400);
  for (const std::string_view coding :
       {"gzip, chunked", "identity", "chunked, identity", "xchunked", "chunked;q=1", ""}) {
    EXPECT_GE(with_host("Transfer-Encoding: " + std::string(coding) + "\r\n"), 400) << coding;
  }
  EXPECT_EQ(refusal("POST / HTTP/1.0", "Transfer-Encoding: chunked\r\n"), 400);
}

TEST(RequestHead, RefusesMalformedHeads) {
  EXPECT_EQ(refusal("GET / HTTP/1.1", ""), 400) << "no Host";
  EXPECT_EQ(refusal("GET / HTTP/1.1", "Host: a\r\nHost: a\r\n"), 400);
  EXPECT_EQ(refusal("GET / HTTP/1.1", "Host: a\r\nX : y\r\n"), 400) << "space before the colon";
  EXPECT_EQ(refusal("GET / HTTP/1.1", "Host: a\r\n folded\r\n"), 400);
  EXPECT_EQ(refusal("GET / HTTP/1.1", "Host: a\r\nno colon\r\n"), 400);
  EXPECT_EQ(refusal("GET / HTTP/1.1", std::string_view("Host: a\r\nX: \0\r\n", 15)), 400);
  for (const std::string_view line : {"GET /", "GET / HTTP/2.0", "GET  / HTTP/1.1", "GET x HTTP/1.1", "G@T / HTTP/1.1",
                                      "GET * HTTP/1.1", "GET http:///x HTTP/1.1", "CONNECT a:1 HTTP/1.1", ""}) {
    EXPECT_EQ(refusal(line, "Host: a\r\n"), 400) << line;
  }
}

TEST(RequestHead, KnowsOneExpectation) {
  EXPECT_TRUE(parse("PUT / HTTP/1.1", "Host: a\r\nExpect: 100-Continue\r\n")->expects_continue);
  EXPECT_FALSE(parse("PUT / HTTP/1.0", "Expect: 100-continue\r\n")->expects_continue);
  EXPECT_EQ(refusal("PUT / HTTP/1.1", "Host: a\r\nExpect: magic\r\n"), 417);
}

TEST(ScanHead, FindsTheEndHoweverItTricklesIn) {
  const std::string head = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  size_t scanned = 0;
  for (size_t size = 1; size < head.size(); ++size) {
    EXPECT_EQ(scan_head(std::string_view(head).substr(0, size), scanned), HeadState::incomplete);
  }
  EXPECT_EQ(scan_head(head + "rest", scanned), HeadState::complete);
  EXPECT_EQ(scanned, head.size());
}

TEST(ScanHead, SeesNonsenseBeforeTheEnd) {
  for (const std::string_view bytes : {"\x16\x03\x01", "GET / HTTP/1.1\n", " GET", "GET / HTTP/1.1\r\nA: b\n", "{"}) {
    size_t scanned = 0;
    EXPECT_EQ(scan_head(bytes, scanned), HeadState::malformed) << bytes;
  }
}

}  // namespace
}  // namespace strobe::net
