#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "net/http.h"
#include "net/keeper_test_util.h"
#include "net/test_client.h"

namespace strobe::net {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;
using testing::HasSubstr;

constexpr std::string_view k_get = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

Response text(std::string body) {
  Response response;
  response.body = std::move(body);
  return response;
}

TEST(HttpLifetime, AnswersLaterFromAnotherThread) {
  Keeper<Respond> keeper;
  const auto server = start_server({}, keeper.handler());
  RawClient client(server->port());
  for (int i = 0; i < 20; ++i) {
    client.send(k_get);
    std::thread([respond = keeper.take()] { respond(text("later")); }).join();
    EXPECT_EQ(client.read().body, "later");
  }
}

TEST(HttpLifetime, FurtherAnswersDoNothing) {
  Keeper<Respond> keeper;
  const auto server = start_server({}, keeper.handler());
  RawClient client(server->port());
  client.send(k_get);
  const Respond first = keeper.take();
  first(text("one"));
  first(text("two"));
  EXPECT_EQ(client.read().body, "one");
  client.send(k_get);
  const Respond second = keeper.take();
  first(text("three"));  // must not answer the second request
  second(text("four"));
  EXPECT_EQ(client.read().body, "four");
}

TEST(HttpLifetime, RespondThatIsDroppedBecomesA500) {
  const auto server = start_server({}, [](const Request&, const Respond&) {});
  RawClient client(server->port());
  EXPECT_EQ(client.exchange(k_get).status, 500);
  EXPECT_EQ(client.exchange(k_get).status, 500);

  Keeper<Respond> keeper;
  const auto later = start_server({}, keeper.handler());
  RawClient waiting(later->port());
  waiting.send(k_get);
  std::thread([respond = keeper.take()] {}).join();
  EXPECT_EQ(waiting.read().status, 500);
}

TEST(HttpLifetime, HandlerThatThrowsBecomesA500) {
  const auto server = start_server({}, [](const Request&, const Respond&) { throw std::runtime_error("no"); });
  RawClient client(server->port());
  EXPECT_EQ(client.exchange(k_get).status, 500);
  EXPECT_EQ(client.exchange(k_get).status, 500);
}

TEST(HttpLifetime, ClientMayBeGoneBeforeTheAnswer) {
  Keeper<Respond> keeper;
  const auto server = start_server({}, keeper.handler());
  for (int i = 0; i < 10; ++i) {
    RawClient client(server->port());
    client.send(k_get);
    const Respond respond = keeper.take();
    if (i % 2 == 0) {
      const linger reset{.l_onoff = 1, .l_linger = 0};
      setsockopt(client.descriptor(), SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    }
    client.hang_up();
    respond(text(std::string(1 << 20, 'x')));
  }
  RawClient client(server->port());
  client.send(k_get);
  keeper.take()(text("still here"));
  EXPECT_EQ(client.read().body, "still here");
}

TEST(HttpLifetime, ClientThatFinishedSendingIsAnswered) {
  Keeper<Respond> keeper;
  const auto server = start_server({}, keeper.handler());
  RawClient client(server->port());
  client.send(k_get);
  client.finish_sending();
  keeper.take()(text("ok"));
  EXPECT_EQ(client.read().body, "ok");
  EXPECT_TRUE(client.closed_by_server());
}

TEST(HttpLifetime, StopWaitsForAnswersUnderWay) {
  Keeper<Respond> keeper;
  const auto server = start_server({}, keeper.handler());
  RawClient idle(server->port());
  RawClient client(server->port());
  client.send(k_get);
  const Respond respond = keeper.take();
  std::thread stopping([&] { server->stop(10'000); });
  EXPECT_TRUE(idle.closed_by_server());  // so stop() is under way
  respond(text("last"));
  const RawAnswer answer = client.read();
  EXPECT_EQ(answer.body, "last");
  EXPECT_THAT(answer.head, HasSubstr("Connection: close"));
  stopping.join();
  EXPECT_TRUE(client.closed_by_server());
  EXPECT_FALSE(RawClient(server->port()).connected());
  server->stop(0);
}

TEST(HttpLifetime, StopDoesNotWaitBeyondItsGrace) {
  Keeper<Respond> keeper;
  auto server = start_server({}, keeper.handler());
  RawClient client(server->port());
  client.send(k_get);
  Respond respond = keeper.take();
  const auto start = steady_clock::now();
  server->stop(30);
  EXPECT_LT(steady_clock::now() - start, 5s);
  EXPECT_TRUE(client.closed_by_server());
  respond(text("too late"));
  server.reset();
  respond(text("much too late"));
  respond = nullptr;
}

TEST(HttpLifetime, SlowClientsAreGivenUp) {
  const auto server = start_echo(
      {.idle_timeout_seconds = 1, .header_timeout_seconds = 1, .body_timeout_seconds = 1, .allowed_hosts = {}});
  RawClient idle(server->port());
  RawClient in_header(server->port());
  RawClient in_body(server->port());
  RawClient in_chunks(server->port());
  RawClient drops(server->port());
  in_header.send("GET / HTTP/1.1\r\nHost: ");
  in_body.send(post("Content-Length: 100\r\n", "half"));
  in_chunks.send(post("Transfer-Encoding: chunked\r\n", "5\r\nhe"));
  drops.send("\r\n");
  // A byte now and then does not buy time.
  for (int i = 0; i < 12; ++i) {
    std::this_thread::sleep_for(50ms);
    in_header.send("a");
    in_body.send("b");
    drops.send("\r\n");
  }
  EXPECT_EQ(in_header.read().status, 408);
  EXPECT_EQ(in_body.read().status, 408);
  EXPECT_EQ(in_chunks.read().status, 408);
  EXPECT_TRUE(in_header.closed_by_server());
  EXPECT_TRUE(idle.closed_by_server());
  EXPECT_TRUE(drops.closed_by_server());
  EXPECT_EQ(server->stats().timeouts, 3u);
}

TEST(HttpLifetime, ReaderThatStopsReadingIsGivenUp) {
  const auto server =
      start_server({.idle_timeout_seconds = 1, .allowed_hosts = {}},
                   [](const Request&, const Respond& respond) { respond(text(std::string(32 << 20, 'x'))); });
  RawClient client(server->port());
  client.send(k_get);
  const auto start = steady_clock::now();
  while (server->stats().timeouts == 0 && steady_clock::now() - start < 10s) std::this_thread::sleep_for(20ms);
  EXPECT_EQ(server->stats().timeouts, 1u);
}

TEST(HttpLifetime, PortInUseIsAConflict) {
  const auto server = start_echo();
  const auto second = HttpServer::listen({.port = server->port(), .allowed_hosts = {}}, [](Request, Respond) {});
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().code, ErrorCode::conflict);
  EXPECT_EQ(second.error().message, "127.0.0.1:" + std::to_string(server->port()) + " is in use");
}

TEST(HttpLifetime, ForeignAddressIsInvalid) {
  for (const std::string host : {"192.0.2.1", "no such host", "", "host.invalid"}) {
    const auto server = HttpServer::listen({.host = host, .allowed_hosts = {}}, [](Request, Respond) {});
    ASSERT_FALSE(server.has_value()) << host;
    EXPECT_EQ(server.error().code, ErrorCode::invalid) << server.error().message;
  }
}

TEST(HttpLifetime, PortIsFreeAfterwards) {
  auto server = start_echo();
  const uint16_t port = server->port();
  RawClient client(port);
  EXPECT_EQ(client.exchange(k_get).status, 200);
  server.reset();
  EXPECT_NE(start_echo({.port = port, .allowed_hosts = {}}), nullptr);
}

}  // namespace
}  // namespace strobe::net
