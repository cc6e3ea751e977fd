#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "net/http.h"
#include "net/test_client.h"

namespace strobe::net {
namespace {

ClientRequest to(const HttpServer& server) {
  ClientRequest request;
  request.port = server.port();
  return request;
}

// A socket that listens but never accepts: connections succeed, answers never come.
class DeafServer {
 public:
  DeafServer() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(socket_, 5), 0);
    socklen_t size = sizeof address;
    getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
  }
  ~DeafServer() { ::close(socket_); }
  uint16_t port() const { return port_; }
  // Accepts one client, sends `answer`, hangs up.
  void say(std::string_view answer) const {
    const int client = ::accept(socket_, nullptr, nullptr);
    char buffer[4096];
    EXPECT_GT(::recv(client, buffer, sizeof buffer, 0), 0);
    EXPECT_EQ(::send(client, answer.data(), answer.size(), MSG_NOSIGNAL), static_cast<ssize_t>(answer.size()));
    ::close(client);
  }

 private:
  int socket_;
  uint16_t port_ = 0;
};

TEST(HttpClient, SendsBodyAndHeadersAndReadsTheAnswer) {
  const auto server = start_server({}, [](const Request& request, const Respond& respond) {
    Response response = echo(request);
    response.status = 201;
    response.content_type = request.content_type;
    response.headers = {{"X-Auth", request.authorization}};
    respond(response);
  });
  ClientRequest request = to(*server);
  request.method = "POST";
  request.target = "/a?b";
  request.content_type = "application/json";
  request.headers = {{"Authorization", "Bearer t"}};
  request.body = std::string(3 << 20, 'x');
  const auto response = http_request(request);
  ASSERT_TRUE(response.has_value()) << response.error().message;
  EXPECT_EQ(response->status, 201);
  EXPECT_EQ(response->content_type, "application/json");
  EXPECT_EQ(response->headers.at("x-auth"), "Bearer t");
  EXPECT_TRUE(response->body == "POST /a?b application/json\n" + request.body);
}

TEST(HttpClient, FindsTheServerByName) {
  const auto server = start_echo();
  ClientRequest request = to(*server);
  request.host = "localhost";
  const auto response = http_request(request);
  ASSERT_TRUE(response.has_value()) << response.error().message;
  EXPECT_EQ(response->status, 200);
}

TEST(HttpClient, HeadHasNoBody) {
  const auto server = start_echo();
  ClientRequest request = to(*server);
  request.method = "HEAD";
  const auto response = http_request(request);
  ASSERT_TRUE(response.has_value()) << response.error().message;
  EXPECT_EQ(response->body, "");
  EXPECT_EQ(response->headers.at("content-length"), "9");
}

TEST(HttpClient, ReadsTheRefusalOfABodyThatIsTooLarge) {
  const auto server = start_echo({.body_bytes_max = 1000, .allowed_hosts = {}});
  ClientRequest request = to(*server);
  request.method = "POST";
  request.body = std::string(8 << 20, 'x');
  const auto response = http_request(request);
  ASSERT_TRUE(response.has_value()) << response.error().message;
  EXPECT_EQ(response->status, 413);
}

TEST(HttpClient, NobodyListeningIsUnavailable) {
  ClientRequest request;
  {
    const DeafServer gone;
    request.port = gone.port();
  }
  const auto response = http_request(request);
  ASSERT_FALSE(response.has_value());
  EXPECT_EQ(response.error().code, ErrorCode::unavailable);
}

TEST(HttpClient, SilenceIsATimeout) {
  const DeafServer server;
  ClientRequest request;
  request.port = server.port();
  request.timeout_ms = 50;
  const auto response = http_request(request);
  ASSERT_FALSE(response.has_value());
  EXPECT_EQ(response.error().code, ErrorCode::timeout);
}

TEST(HttpClient, AnswersAreReadInEveryFraming) {
  const auto answer_to = [](std::string_view bytes, size_t bytes_max = 1000) {
    const DeafServer server;
    std::thread speaking([&] { server.say(bytes); });
    ClientRequest request;
    request.port = server.port();
    request.response_bytes_max = bytes_max;
    auto response = http_request(request);
    speaking.join();
    return response;
  };
  EXPECT_EQ(answer_to("HTTP/1.1 200 OK\r\n\r\nuntil the end")->body, "until the end");
  EXPECT_EQ(answer_to("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n")->body, "ab");
  EXPECT_EQ(answer_to("HTTP/1.1 204 No Content\r\n\r\n")->status, 204);
  EXPECT_EQ(answer_to("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nhello", 10).error().code, ErrorCode::too_large);
  EXPECT_EQ(answer_to("HTTP/1.1 200 OK\r\n\r\nmore than ten bytes", 10).error().code, ErrorCode::too_large);
  EXPECT_EQ(answer_to("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nhello").error().code, ErrorCode::io);
  EXPECT_EQ(answer_to("SSH-2.0-x\r\n\r\n").error().code, ErrorCode::io);
}

TEST(HttpClient, LineBreaksCannotBecomeHeaders) {
  const auto refused = [](const ClientRequest& request) {
    const auto response = http_request(request);
    return !response && response.error().code == ErrorCode::invalid;
  };
  ClientRequest request;
  request.target = "/a\r\nX: y";
  EXPECT_TRUE(refused(request));
  request = {};
  request.headers = {{"A", "b\nc"}};
  EXPECT_TRUE(refused(request));
  request = {};
  request.content_type = "a\r\n";
  EXPECT_TRUE(refused(request));
}

}  // namespace
}  // namespace strobe::net
