// The server as a client of the gRPC project's own library sees it. What such a client never sends is in
// grpc_framing_test.cc.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "net/grpc_test_client.h"
#include "net/http.h"
#include "net/keeper_test_util.h"
#include "net/test_client.h"

namespace strobe::net {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

constexpr char k_method[] = "/a.B/C";

std::unique_ptr<HttpServer> start_grpc(GrpcHandler handler, HttpServerOptions options = {}) {
  if (!options.grpc_listen) options.grpc_listen = Listen{"127.0.0.1", 0};
  auto server = HttpServer::listen(
      std::move(options), [](Request request, Respond respond) { respond(echo(request)); }, std::move(handler));
  EXPECT_TRUE(server.has_value()) << (server ? "" : server.error().message);
  return server ? std::move(*server) : nullptr;
}

void echo_call(GrpcRequest request, const GrpcRespond& respond) {
  respond({.body = request.path + " " + *request.message});
}

TEST(GrpcServer, AnswersOnBothPorts) {
  const auto server = start_grpc(echo_call);
  for (const uint16_t port : {server->port(), server->grpc_port()}) {
    GrpcTestClient client(port);
    EXPECT_EQ(client.call(k_method, "hello").body, "/a.B/C hello");
    EXPECT_EQ(client.call("/x/y", "").body, "/x/y ");
  }
  RawClient http(server->port());
  EXPECT_EQ(http.exchange("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").status, 200);
  const HttpServerStats stats = server->stats();
  EXPECT_EQ(stats.grpc_connections, 2u);
  EXPECT_EQ(stats.grpc_calls, 4u);
  EXPECT_EQ(stats.connections, 3u);
  EXPECT_EQ(stats.requests, 1u);
}

TEST(GrpcServer, ItsOwnPortAnswersNothingElse) {
  const auto server = start_grpc(echo_call);
  RawClient http(server->grpc_port());
  EXPECT_EQ(http.exchange("GET /api/sessions HTTP/1.1\r\nHost: localhost\r\n\r\n").status, 400);
}

TEST(GrpcServer, WithoutAHandlerThereIsNoGrpc) {
  const auto server = start_echo();
  EXPECT_EQ(server->grpc_port(), 0);
  RawClient client(server->port());
  EXPECT_NE(client.exchange("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").status, 200);
}

TEST(GrpcServer, ItsPortInUseIsAConflict) {
  const auto server = start_grpc(echo_call);
  const auto second = HttpServer::listen(
      {.grpc_listen = Listen{"127.0.0.1", server->grpc_port()}, .allowed_hosts = {}}, [](Request, Respond) {},
      echo_call);
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().code, ErrorCode::conflict);
  EXPECT_EQ(second.error().message, "127.0.0.1:" + std::to_string(server->grpc_port()) + " is in use");
}

TEST(GrpcServer, TakesLargeAndCompressedMessages) {
  const auto server = start_grpc(echo_call);
  GrpcTestClient client(server->grpc_port());
  std::string message;
  for (int i = 0; message.size() < size_t{5} << 20; ++i) message += std::to_string(i);
  const std::string expected = "/a.B/C " + message;
  for (const auto compression : {GRPC_COMPRESS_NONE, GRPC_COMPRESS_GZIP, GRPC_COMPRESS_DEFLATE}) {
    EXPECT_TRUE(client.call(k_method, message, compression).body == expected) << compression;
  }
}

TEST(GrpcServer, ErrorsArriveAsTheyWereGiven) {
  const auto server = start_grpc([](const GrpcRequest& request, const GrpcRespond& respond) {
    if (*request.message == "later") {
      return respond({.code = GrpcCode::unavailable, .message = "full", .retry_after_ms = 1500});
    }
    respond({.code = GrpcCode::invalid_argument, .message = "100% \n größer \x01"});
  });
  GrpcTestClient client(server->grpc_port());
  const grpc::Status bad = client.call(k_method, "now").status;
  EXPECT_EQ(bad.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(bad.error_message(), "100% \n größer \x01");
  EXPECT_EQ(bad.error_details(), "");
  const grpc::Status later = client.call(k_method, "later").status;
  EXPECT_EQ(later.error_code(), grpc::StatusCode::UNAVAILABLE);
  // Status{code 14, message, details: Any{type, RetryInfo{Duration{1 s, 500'000'000 ns}}}}
  EXPECT_EQ(later.error_details(), std::string("\x08\x0e\x12\x04"
                                               "full\x1a\x36\x0a\x28") +
                                       "type.googleapis.com/google.rpc.RetryInfo" +
                                       std::string("\x12\x0a\x0a\x08\x08\x01\x10\x80\xca\xb5\xee\x01", 12));
}

TEST(GrpcServer, TooBigIsRefusedForGood) {
  const auto server = start_grpc(echo_call, {.body_bytes_max = size_t{1} << 20, .allowed_hosts = {}});
  GrpcTestClient client(server->grpc_port());
  const std::string fits(size_t{1} << 20, 'x');
  for (const auto compression : {GRPC_COMPRESS_NONE, GRPC_COMPRESS_GZIP}) {
    EXPECT_TRUE(client.call(k_method, fits, compression).status.ok());
    const grpc::Status status = client.call(k_method, fits + "x", compression).status;
    EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED) << status.error_message();
    EXPECT_EQ(status.error_details(), "") << "no RetryInfo: the client shall not try again";
  }
  EXPECT_EQ(server->stats().grpc_too_large, 2u);
}

TEST(GrpcServer, HandlersThatFailAreInternal) {
  const auto server = start_grpc([](const GrpcRequest& request, const GrpcRespond&) {
    if (*request.message == "throw") throw std::runtime_error("no");
  });
  GrpcTestClient client(server->grpc_port());
  EXPECT_EQ(client.call(k_method, "throw").status.error_code(), grpc::StatusCode::INTERNAL);
  EXPECT_EQ(client.call(k_method, "drop").status.error_code(), grpc::StatusCode::INTERNAL);
}

TEST(GrpcServer, ACallThatWasCancelledDisturbsNobody) {
  Keeper<GrpcRespond> keeper;
  const auto server = start_grpc(keeper.handler());
  GrpcTestClient client(server->grpc_port());
  grpc::ClientContext context;
  std::thread calling(
      [&] { EXPECT_EQ(client.call(context, k_method, "x").status.error_code(), grpc::StatusCode::CANCELLED); });
  const GrpcRespond cancelled = keeper.take();
  context.TryCancel();
  calling.join();
  std::thread answering([&] { keeper.take()({.body = "second"}); });
  EXPECT_EQ(client.call(k_method, "y").body, "second");
  answering.join();
  cancelled({.body = "nobody waits"});
  cancelled({.body = "still nobody"});
}

TEST(GrpcServer, StopLetsCallsFinish) {
  Keeper<GrpcRespond> keeper;
  const auto server = start_grpc(keeper.handler());
  GrpcTestClient client(server->grpc_port());
  std::thread calling([&] { EXPECT_EQ(client.call(k_method, "x").body, "last"); });
  const GrpcRespond respond = keeper.take();
  std::thread stopping([&] { server->stop(10'000); });
  std::this_thread::sleep_for(100ms);
  respond({.body = "last"});
  calling.join();
  stopping.join();
  EXPECT_EQ(client.call(k_method, "x").status.error_code(), grpc::StatusCode::UNAVAILABLE);
}

TEST(GrpcServer, StopDoesNotWaitBeyondItsGrace) {
  Keeper<GrpcRespond> keeper;
  auto server = start_grpc(keeper.handler());
  GrpcTestClient client(server->grpc_port());
  std::thread calling(
      [&] { EXPECT_EQ(client.call(k_method, "x").status.error_code(), grpc::StatusCode::UNAVAILABLE); });
  GrpcRespond respond = keeper.take();
  const auto start = steady_clock::now();
  server->stop(30);
  EXPECT_LT(steady_clock::now() - start, 5s);
  calling.join();
  server.reset();
  respond({.body = "too late"});
}

TEST(GrpcServer, IdleConnectionsAreGivenBack) {
  const auto server = start_grpc(echo_call, {.grpc_idle_timeout_seconds = 1, .allowed_hosts = {}});
  GrpcTestClient client(server->grpc_port());
  EXPECT_TRUE(client.call(k_method, "x").status.ok());
  std::this_thread::sleep_for(1600ms);
  EXPECT_TRUE(client.call(k_method, "x").status.ok()) << "the client came again";
  EXPECT_EQ(server->stats().grpc_connections, 2u);
}

TEST(GrpcServer, ManyCallsOverSeveralConnections) {
  std::vector<std::thread> answering;  // touched by the I/O thread alone until the server has stopped
  const auto server = start_grpc([&](const GrpcRequest& request, GrpcRespond respond) {
    answering.emplace_back([respond = std::move(respond), body = *request.message] { respond({.body = body}); });
  });
  constexpr int k_threads = 8;
  constexpr int k_calls = 125;
  std::atomic<int> right = 0;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < k_threads; ++thread) {
    threads.emplace_back([&, thread] {
      GrpcTestClient client(thread % 2 == 0 ? server->grpc_port() : server->port());
      for (int i = 0; i < k_calls; ++i) {
        const std::string message(static_cast<size_t>(i * 37), static_cast<char>('a' + thread));
        right += client.call(k_method, message, i % 3 == 0 ? GRPC_COMPRESS_GZIP : GRPC_COMPRESS_NONE).body == message;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  server->stop(1000);
  for (std::thread& thread : answering) thread.join();
  EXPECT_EQ(right, k_threads * k_calls);
  EXPECT_EQ(server->stats().grpc_calls, static_cast<uint64_t>(k_threads * k_calls));
  EXPECT_EQ(server->stats().grpc_connections, static_cast<uint64_t>(k_threads));
}

}  // namespace
}  // namespace strobe::net
