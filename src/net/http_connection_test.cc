#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "net/http.h"
#include "net/test_client.h"

namespace strobe::net {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::string_view k_get = "GET /x?y=1 HTTP/1.1\r\nHost: localhost\r\n\r\n";

TEST(HttpConnection, KeepsTheConnectionForTheNextRequest) {
  const auto server = start_echo();
  RawClient client(server->port());
  for (int i = 0; i < 3; ++i) {
    const RawAnswer answer = client.exchange(k_get);
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, "GET /x?y=1 \n");
    EXPECT_THAT(answer.head, HasSubstr("Connection: keep-alive\r\n"));
    EXPECT_THAT(answer.head, HasSubstr("Date: "));
  }
  EXPECT_EQ(server->stats().requests, 3u);
  EXPECT_EQ(server->stats().connections, 1u);
}

TEST(HttpConnection, ClosesWhenAskedTo) {
  const auto server = start_echo();
  RawClient client(server->port());
  const RawAnswer answer = client.exchange("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(answer.head, HasSubstr("Connection: close\r\n"));
  EXPECT_TRUE(client.closed_by_server());
}

TEST(HttpConnection, ServesHttp10) {
  const auto server = start_echo();
  RawClient once(server->port());
  EXPECT_EQ(once.exchange("GET / HTTP/1.0\r\n\r\n").status, 200);
  EXPECT_TRUE(once.closed_by_server());
  RawClient kept(server->port());
  EXPECT_EQ(kept.exchange("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").status, 200);
  EXPECT_EQ(kept.exchange("GET / HTTP/1.0\r\n\r\n").status, 200);
}

TEST(HttpConnection, AnswersPipelinedRequestsInOrderWithOneAtATime) {
  // Each is answered from another thread, so the order is not by luck of the I/O thread alone.
  std::atomic<int> open = 0;
  std::atomic<int> open_max = 0;
  std::mutex mutex;
  std::vector<std::thread> threads;
  {
    const auto server = start_server({}, [&](const Request& request, Respond respond) {
      open_max = std::max(open_max.load(), ++open);
      std::lock_guard lock(mutex);
      threads.emplace_back([&, response = echo(request), respond] {
        std::this_thread::yield();
        --open;
        respond(response);
      });
    });
    RawClient client(server->port());
    std::string all;
    for (int i = 0; i < 50; ++i) {
      const std::string number = std::to_string(i);
      all += i % 2 == 0 ? post_sized("body " + number) : "GET /" + number + std::string(k_get.substr(4));
    }
    client.send(all);
    for (int i = 0; i < 50; ++i) EXPECT_THAT(client.read().body, HasSubstr(std::to_string(i))) << i;
    EXPECT_EQ(open_max, 1);
  }
  for (auto& thread : threads) thread.join();
}

TEST(HttpConnection, TakesRequestsThatArriveByteByByte) {
  const auto server = start_echo();
  RawClient client(server->port());
  for (const char c : "\r\n" + post_sized("hello")) client.send({&c, 1});
  EXPECT_EQ(client.read().body, "POST /v1/traces? \nhello");
}

TEST(HttpConnection, HeadHasTheLengthButNoBody) {
  const auto server = start_echo();
  RawClient client(server->port());
  client.send("HEAD /x HTTP/1.1\r\nHost: localhost\r\n\r\n" + std::string(k_get));
  const RawAnswer head = client.read(false);
  EXPECT_EQ(head.status, 200);
  EXPECT_THAT(head.head, HasSubstr("Content-Length: 10\r\n"));
  EXPECT_EQ(client.read().body, "GET /x?y=1 \n");
}

TEST(HttpConnection, NoContentHasNeitherLengthNorBody) {
  const auto server = start_server({}, [](const Request&, const Respond& respond) {
    respond({.status = 204, .content_type = "text/plain", .body = "not sent", .headers = {}});
  });
  RawClient client(server->port());
  for (int i = 0; i < 2; ++i) {
    const RawAnswer answer = client.exchange(k_get);
    EXPECT_EQ(answer.status, 204);
    EXPECT_THAT(answer.head, Not(HasSubstr("Content-")));
  }
}

TEST(HttpConnection, TextInHeadersCannotAddLines) {
  const auto server = start_server({}, [](const Request&, const Respond& respond) {
    respond({.status = 200,
             .content_type = "text/plain\r\nX-Evil: 1",
             .body = "ok",
             .headers = {{"X-A", "b\r\nX-Evil: 2"}, {"X Evil", "3"}, {"Content-Length", "99"}, {"X-Good", "yes"}}});
  });
  const RawAnswer answer = RawClient(server->port()).exchange(k_get);
  EXPECT_EQ(answer.body, "ok");
  EXPECT_THAT(answer.head, Not(HasSubstr("Evil")));
  EXPECT_THAT(answer.head, HasSubstr("X-Good: yes\r\n"));
}

TEST(HttpConnection, InvitesTheBodyThatWasAnnounced) {
  const auto server = start_echo();
  RawClient client(server->port());
  client.send(post("Content-Length: 5\r\nExpect: 100-continue\r\n", ""));
  EXPECT_EQ(client.read().status, 100);
  EXPECT_THAT(client.exchange("hello").body, HasSubstr("hello"));
  client.send(post("Transfer-Encoding: chunked\r\nExpect: 100-continue\r\n", ""));
  EXPECT_EQ(client.read().status, 100);
  EXPECT_THAT(client.exchange("2\r\nhi\r\n0\r\n\r\n").body, HasSubstr("hi"));
}

TEST(HttpConnection, DoesNotInviteABodyItWillRefuse) {
  const auto server = start_echo({.body_bytes_max = 10, .allowed_hosts = {}});
  RawClient client(server->port());
  EXPECT_EQ(client.exchange(post("Content-Length: 11\r\nExpect: 100-continue\r\n", "")).status, 413);
  EXPECT_TRUE(client.closed_by_server());
}

TEST(HttpConnection, RefusesForeignHosts) {
  const auto server = start_echo({.allowed_hosts = {"strobe.example"}});
  const auto status = [&](std::string_view host) {
    return RawClient(server->port()).exchange("GET / HTTP/1.1\r\nHost: " + std::string(host) + "\r\n\r\n").status;
  };
  EXPECT_EQ(status("localhost:4318"), 200);
  EXPECT_EQ(status("127.0.0.1"), 200);
  EXPECT_EQ(status("Strobe.Example:80"), 200);
  EXPECT_EQ(status("rebound.example"), 403);
  EXPECT_EQ(status(""), 403);
  RawClient absolute(server->port());
  EXPECT_EQ(absolute.exchange("GET http://rebound.example/ HTTP/1.1\r\nHost: localhost\r\n\r\n").status, 403);
  EXPECT_EQ(server->stats().forbidden_host, 3u);
  EXPECT_EQ(server->stats().requests, 3u);
}

TEST(HttpConnection, RefusesTooLargeHeaders) {
  const auto server = start_echo({.header_bytes_max = 4096, .allowed_hosts = {}});
  const std::string start = "GET / HTTP/1.1\r\nHost: localhost\r\nX: ";
  RawClient endless(server->port());
  EXPECT_EQ(endless.exchange(start + std::string(5000, 'a')).status, 431);
  EXPECT_TRUE(endless.closed_by_server());
  EXPECT_EQ(RawClient(server->port()).exchange(start + std::string(4096, 'a') + "\r\n\r\n").status, 431);
  EXPECT_EQ(RawClient(server->port()).exchange(start + std::string(3900, 'a') + "\r\n\r\n").status, 200);
}

TEST(HttpConnection, TakesHeadersLargerThanItsFirstBuffer) {
  const auto server = start_echo();
  const std::string head = "GET / HTTP/1.1\r\nHost: localhost\r\nX: " + std::string(50000, 'a') + "\r\n\r\n";
  RawClient client(server->port());
  EXPECT_EQ(client.exchange(head).status, 200);
  client.send(head + head + std::string(k_get));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(client.read().status, 200);
}

TEST(HttpConnection, RefusesNonsenseAtOnce) {
  const auto server = start_echo();
  for (const std::string_view bytes : {"\x16\x03\x01\x02", "{\"resourceSpans\":[]}\n", "PRI * HTTP/2.0\r\n\r\n",
                                       "GET /\n", "GET / HTTP/1.1\r\n\r\n"}) {
    RawClient client(server->port());
    EXPECT_EQ(client.exchange(bytes).status, 400) << bytes;
    EXPECT_TRUE(client.closed_by_server());
  }
  EXPECT_EQ(server->stats().bad_requests, 5u);
}

TEST(HttpConnection, ErrorBodiesAreTheProducts) {
  const auto server = start_echo({.body_bytes_max = 3, .allowed_hosts = {}});
  server->set_error_body([](int status, std::string_view message, std::string_view type) {
    Response response;
    response.status = 200;  // not the body's business
    response.content_type = type;
    response.body = std::to_string(status) + "|" + std::string(message);
    return response;
  });
  const RawAnswer answer = RawClient(server->port()).exchange(post_sized("1234", "Content-Type: application/json\r\n"));
  EXPECT_EQ(answer.status, 413);
  EXPECT_EQ(answer.body, "413|body is larger than 3 bytes");
  EXPECT_THAT(answer.head, HasSubstr("Content-Type: application/json\r\n"));
}

TEST(HttpConnection, RefusesConnectionsBeyondTheLimit) {
  const auto server = start_echo({.connections_max = 2, .allowed_hosts = {}});
  RawClient first(server->port());
  RawClient second(server->port());
  EXPECT_EQ(first.exchange(k_get).status, 200);
  EXPECT_EQ(second.exchange(k_get).status, 200);
  RawClient third(server->port());
  EXPECT_EQ(third.read().status, 503);
  EXPECT_TRUE(third.closed_by_server());
  EXPECT_EQ(server->stats().connections_refused, 1u);
  first.hang_up();
  EXPECT_EQ(second.exchange(k_get).status, 200);  // the server has seen the hang-up by then
  EXPECT_EQ(RawClient(server->port()).exchange(k_get).status, 200);
}

TEST(HttpConnection, ServesTwoHundredConnectionsAtOnce) {
  const auto server = start_echo();
  std::vector<RawClient> clients;
  for (int i = 0; i < 200; ++i) clients.emplace_back(server->port());
  for (int round = 0; round < 5; ++round) {
    for (size_t i = 0; i < clients.size(); ++i) ASSERT_TRUE(clients[i].send(post_sized("n" + std::to_string(i))));
    for (size_t i = 0; i < clients.size(); ++i) {
      ASSERT_THAT(clients[i].read().body, testing::EndsWith("\nn" + std::to_string(i)));
    }
  }
  EXPECT_EQ(server->stats().connections, 200u);
  EXPECT_EQ(server->stats().requests, 1000u);
}

}  // namespace
}  // namespace strobe::net
