// What the server makes of bytes that no well-behaved gRPC client sends.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <thread>

#include "codec/inflate.h"
#include "net/grpc_message.h"
#include "net/http2_test_client.h"

namespace strobe::net {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

std::unique_ptr<HttpServer> start(HttpServerOptions options = {}) {
  auto server = HttpServer::listen(
      std::move(options), [](Request request, Respond respond) { respond(echo(request)); },
      [](const GrpcRequest& request, const GrpcRespond& respond) {
        respond({.body = std::to_string(request.message->size())});
      });
  EXPECT_TRUE(server.has_value()) << (server ? "" : server.error().message);
  return server ? std::move(*server) : nullptr;
}

Fields2 head_with(const std::string& name, const std::string& value) {
  Fields2 fields = Http2TestClient::grpc_head();
  for (auto& field : fields) {
    if (field.first == name) {
      field.second = value;
      return fields;
    }
  }
  fields.emplace_back(name, value);
  return fields;
}

std::string status(const Http2Answer& answer) {
  const auto found = answer.fields.find("grpc-status");
  return found == answer.fields.end() ? "none" : found->second;
}

std::string status_of(GrpcCode code) { return std::to_string(static_cast<int>(code)); }

TEST(GrpcFraming, AGoodCallIsAnswered) {
  const auto server = start();
  Http2TestClient client(server->port());
  const Http2Answer answer = client.exchange(Http2TestClient::grpc_head(), Http2TestClient::message("hello"));
  EXPECT_EQ(answer.fields.at(":status"), "200");
  EXPECT_EQ(answer.fields.at("content-type"), "application/grpc");
  EXPECT_EQ(status(answer), "0");
  EXPECT_EQ(answer.data, Http2TestClient::message("5"));
}

TEST(GrpcFraming, EncodingsThatAreNotKnownAreUnimplemented) {
  const auto server = start();
  Http2TestClient client(server->port());
  for (const std::string encoding : {"snappy", "br", "gzip,gzip"}) {
    const Http2Answer answer = client.exchange(head_with("grpc-encoding", encoding), Http2TestClient::message("x", 1));
    EXPECT_EQ(status(answer), status_of(GrpcCode::unimplemented)) << encoding;
    EXPECT_THAT(answer.fields.at("grpc-accept-encoding"), HasSubstr("gzip"));
  }
  const std::string zipped = Http2TestClient::message(codec::gzip("some text"), 1);
  EXPECT_EQ(client.exchange(head_with("grpc-encoding", "gzip"), zipped).data, Http2TestClient::message("9"));
  EXPECT_EQ(status(client.exchange(head_with("grpc-encoding", "gzip"), Http2TestClient::message("no gzip", 1))),
            status_of(GrpcCode::invalid_argument));
}

TEST(GrpcFraming, MalformedMessagesAreRefused) {
  const auto server = start();
  Http2TestClient client(server->port());
  const Fields2 head = Http2TestClient::grpc_head();
  const std::string message = Http2TestClient::message("abc");
  EXPECT_EQ(status(client.exchange(head, message + message)), status_of(GrpcCode::unimplemented)) << "two messages";
  EXPECT_EQ(status(client.exchange(head, message + "x")), status_of(GrpcCode::unimplemented)) << "more behind it";
  EXPECT_EQ(status(client.exchange(head, "")), status_of(GrpcCode::unimplemented)) << "none";
  for (size_t size = 1; size < message.size(); ++size) {
    EXPECT_EQ(status(client.exchange(head, message.substr(0, size))), status_of(GrpcCode::internal)) << size;
  }
  EXPECT_EQ(status(client.exchange(head, Http2TestClient::message("abc", 2))), status_of(GrpcCode::internal));
  EXPECT_EQ(status(client.exchange(head, Http2TestClient::message("abc", 1))), status_of(GrpcCode::internal))
      << "compressed, nobody says how";
  EXPECT_EQ(status(client.exchange(head, message)), "0") << "the connection is none the worse";
}

TEST(GrpcFraming, WhatIsNotGrpcIsAnsweredAsHttp) {
  const auto server = start();
  Http2TestClient client(server->port());
  EXPECT_EQ(client.exchange(head_with(":method", "GET"), "").fields.at(":status"), "405");
  EXPECT_EQ(client.exchange(head_with("content-type", "application/json"), "{}").fields.at(":status"), "415");
  EXPECT_EQ(status(client.exchange(head_with(":authority", "evil.example:4317"), Http2TestClient::message("x"))),
            status_of(GrpcCode::permission_denied));
  EXPECT_EQ(status(client.exchange(head_with(":path", "/" + std::string(2000, 'x')), Http2TestClient::message("x"))),
            status_of(GrpcCode::unimplemented));
  const HttpServerStats stats = server->stats();
  EXPECT_EQ(stats.grpc_forbidden_host, 1u);
  EXPECT_EQ(stats.grpc_bad_calls, 3u);
  EXPECT_EQ(stats.grpc_calls, 0u);
}

TEST(GrpcFraming, ALengthIsRefusedBeforeItsBytesCome) {
  const auto server = start({.body_bytes_max = 1000, .allowed_hosts = {}});
  Http2TestClient client(server->port());
  const uint32_t stream = client.new_stream();
  client.head(stream, Http2TestClient::grpc_head());
  client.data(stream, std::string("\0\x7f\xff\xff\xff", 5), false);
  const Http2Answer answer = client.read(stream);
  EXPECT_EQ(status(answer), status_of(GrpcCode::resource_exhausted));
  EXPECT_FALSE(answer.fields.contains("grpc-status-details-bin")) << "no RetryInfo: never again";
  client.data(stream, std::string(40'000, 'x'), true);  // was on its way
  EXPECT_EQ(status(client.exchange(Http2TestClient::grpc_head(), Http2TestClient::message("x"))), "0");
}

TEST(GrpcFraming, TooMuchAtOnceIsUnavailableForNow) {
  const auto server = start({.receiving_bytes_max = 45'000, .grpc_calls_max = 5, .allowed_hosts = {}});
  Http2TestClient first(server->port());
  Http2TestClient second(server->port());
  const std::string half = Http2TestClient::message(std::string(40'000, 'x')).substr(0, 20'000);
  first.head(1, Http2TestClient::grpc_head());
  first.data(1, half, false);
  while (server->stats().grpc_connections < 2) std::this_thread::sleep_for(5ms);
  std::this_thread::sleep_for(50ms);
  second.head(1, Http2TestClient::grpc_head());
  second.data(1, half, false);
  const Http2Answer answer = second.read(1);
  EXPECT_EQ(status(answer), status_of(GrpcCode::unavailable));
  EXPECT_TRUE(answer.fields.contains("grpc-status-details-bin"));
  for (const uint32_t stream : {3u, 5u, 7u}) second.head(stream, Http2TestClient::grpc_head());
  EXPECT_EQ(status(second.read(7)), status_of(GrpcCode::unavailable)) << "the fourth call at once";
  EXPECT_EQ(server->stats().grpc_overloads, 2u);
}

TEST(GrpcFraming, SlowClientsAreGivenUp) {
  const auto server = start({.body_timeout_seconds = 1, .allowed_hosts = {}});
  Http2TestClient client(server->port());
  const uint32_t stream = client.new_stream();
  client.head(stream, Http2TestClient::grpc_head());
  for (int i = 0; i < 8; ++i) {
    client.data(stream, i == 0 ? std::string("\0\0\0\1\0", 5) : "x", false);
    std::this_thread::sleep_for(50ms);
  }
  EXPECT_EQ(status(client.read(stream)), status_of(GrpcCode::deadline_exceeded));
  EXPECT_EQ(server->stats().grpc_timeouts, 1u);
}

TEST(GrpcFraming, AnswersThatNobodyTakesAreGivenUp) {
  const auto server = start({.idle_timeout_seconds = 1, .grpc_calls_max = 1, .allowed_hosts = {}});
  Http2TestClient client(server->port());
  client.send(Http2TestClient::frame(NGHTTP2_SETTINGS, 0, 0, std::string("\0\4\0\0\0\0", 6)));  // no window
  const Http2Answer answer = client.exchange(Http2TestClient::grpc_head(), Http2TestClient::message("x"));
  EXPECT_NE(answer.reset_code, 0u);
  EXPECT_EQ(answer.data, "");
  EXPECT_EQ(server->stats().grpc_timeouts, 1u);
  Http2TestClient other(server->port());
  EXPECT_EQ(status(other.exchange(Http2TestClient::grpc_head(), Http2TestClient::message("x"))), "0")
      << "the call is open no longer";
}

TEST(GrpcFraming, HeadsThatDoNotEndAreGivenUp) {
  const auto server = start({.header_timeout_seconds = 1, .allowed_hosts = {}});
  Http2TestClient client(server->port());
  client.send(Http2TestClient::frame(NGHTTP2_HEADERS, 0, 1, std::string("\0\7:method\4POST", 14)));
  EXPECT_TRUE(client.closed_by_server());
  EXPECT_EQ(server->stats().grpc_timeouts, 1u);
}

TEST(GrpcFraming, EndlessHeadsAreReset) {
  const auto server = start({.header_bytes_max = 4096, .allowed_hosts = {}});
  Http2TestClient client(server->port());
  const uint32_t stream = client.new_stream();
  Fields2 fields = Http2TestClient::grpc_head();
  for (int i = 0; i < 100; ++i) fields.emplace_back("x-" + std::to_string(i), std::string(100, 'x'));
  client.head(stream, fields);
  EXPECT_NE(client.read(stream).reset_code, 0u);
  EXPECT_EQ(status(client.exchange(Http2TestClient::grpc_head(), Http2TestClient::message("x"))), "0");
}

TEST(GrpcFraming, WhatIsNoHttp2EndsTheConnection) {
  const auto server = start();
  RawClient wrong(server->port());
  wrong.send("PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n");
  while (!wrong.closed_by_server()) wrong.read();
  Http2TestClient client(server->port());
  client.send(Http2TestClient::frame(NGHTTP2_DATA, 0, 0, "data belongs to a stream"));
  EXPECT_TRUE(client.closed_by_server());
  EXPECT_EQ(server->stats().grpc_connections, 2u);
}

TEST(GrpcFraming, OpeningAndResettingEndsWithTheClient) {
  const auto server = start();
  Http2TestClient client(server->port());
  for (uint32_t stream = 1; stream < 20'001; stream += 2) {
    client.head(stream, Http2TestClient::grpc_head());
    client.send(Http2TestClient::frame(NGHTTP2_RST_STREAM, 0, stream, std::string("\0\0\0\x8", 4)));
  }
  EXPECT_TRUE(client.closed_by_server()) << "a flood of resets is not served for ever";
}

size_t peak_memory_bytes() {
  std::ifstream file("/proc/self/status");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("VmHWM:")) return std::stoul(line.substr(6)) << 10;
  }
  ADD_FAILURE() << "the kernel does not tell";
  return 0;
}

TEST(GrpcFraming, ABombDoesNotGetItsMemory) {
  constexpr size_t k_bytes_max = size_t{1} << 20;
  const auto server = start({.body_bytes_max = k_bytes_max, .allowed_hosts = {}});
  std::string bomb;  // 48 MiB in 48 KiB: a gzip file may have many members
  {
    const std::string member = codec::gzip(std::string(size_t{12} << 20, '\0'));
    for (int i = 0; i < 4; ++i) bomb += member;
  }
  std::ofstream("/proc/self/clear_refs") << 5;  // the peak begins again
  const size_t before = peak_memory_bytes();
  Http2TestClient client(server->port());
  const Http2Answer answer = client.exchange(head_with("grpc-encoding", "gzip"), Http2TestClient::message(bomb, 1));
  EXPECT_EQ(status(answer), status_of(GrpcCode::resource_exhausted));
  EXPECT_THAT(answer.fields.at("grpc-message"), HasSubstr("after decompression"));
  EXPECT_LT(peak_memory_bytes() - before, 8 * k_bytes_max);
}

TEST(GrpcMessageReader, TakesAnyPieces) {
  const std::string framed = Http2TestClient::message("hello");
  for (size_t cut = 0; cut <= framed.size(); ++cut) {
    GrpcMessageReader reader(100);
    reader.take(std::string_view(framed).substr(0, cut));
    EXPECT_EQ(reader.take(std::string_view(framed).substr(cut)), GrpcMessageReader::State::complete) << cut;
    EXPECT_EQ(reader.take_message(), "hello");
  }
  GrpcMessageReader empty(100);
  EXPECT_EQ(empty.take(Http2TestClient::message("")), GrpcMessageReader::State::complete);
  EXPECT_EQ(empty.take("x"), GrpcMessageReader::State::surplus);
}

TEST(GrpcMessageText, IsPercentEncodedAndBounded) {
  EXPECT_EQ(grpc_message_text("a%b\n~ \x7f"), "a%25b%0A~ %7F");
  EXPECT_LT(grpc_message_text(std::string(100'000, '\n')).size(), 4096u);
}

}  // namespace
}  // namespace strobe::net
