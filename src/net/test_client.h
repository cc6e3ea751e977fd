#pragma once

// For this room's tests: a client that sends exactly the bytes it is told, and a server that echoes.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>
#include <string_view>
#include <utility>

#include "net/http.h"

namespace strobe::net {

struct RawAnswer {
  int status = 0;  // 0: the server hung up without one
  std::string head;
  std::string body;
};

class RawClient {
 public:
  explicit RawClient(uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = ::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    const timeval patience{.tv_sec = 10, .tv_usec = 0};
    setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  }
  RawClient(RawClient&& other) noexcept
      : socket_(std::exchange(other.socket_, -1)), connected_(other.connected_), input_(std::move(other.input_)) {}
  ~RawClient() { hang_up(); }

  bool connected() const { return connected_; }
  // False when the server does not take it.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<size_t>(sent));
    }
    return true;
  }
  // Reads one answer with a Content-Length. `has_body` false: for HEAD.
  RawAnswer read(bool has_body = true) {
    RawAnswer answer;
    size_t end;
    while ((end = input_.find("\r\n\r\n")) == std::string::npos) {
      if (!receive()) return answer;
    }
    answer.head = input_.substr(0, end + 4);
    input_.erase(0, end + 4);
    answer.status = std::stoi(answer.head.substr(9, 3));
    const size_t at = answer.head.find("Content-Length: ");
    const size_t size = has_body && at != std::string::npos ? std::stoul(answer.head.substr(at + 16)) : 0;
    while (input_.size() < size) {
      if (!receive()) return {};
    }
    answer.body = input_.substr(0, size);
    input_.erase(0, size);
    return answer;
  }
  RawAnswer exchange(std::string_view bytes) {
    send(bytes);
    return read();
  }
  // True when the server hangs up, without sending anything more.
  bool closed_by_server() { return input_.empty() && !receive(); }
  void finish_sending() { ::shutdown(socket_, SHUT_WR); }
  void hang_up() {
    if (socket_ >= 0) ::close(std::exchange(socket_, -1));
  }
  int descriptor() const { return socket_; }

 private:
  bool receive() {
    char buffer[65536];
    const ssize_t size = ::recv(socket_, buffer, sizeof buffer, 0);
    if (size > 0) input_.append(buffer, static_cast<size_t>(size));
    return size > 0;
  }
  int socket_;
  bool connected_ = false;
  std::string input_;
};

// Answers "METHOD PATH?QUERY TYPE\n" and the body.
inline Response echo(const Request& request) {
  Response response;
  response.body = request.method + " " + request.path + "?" + request.query + " " + request.content_type + "\n";
  response.body += *request.body;
  return response;
}

inline std::unique_ptr<HttpServer> start_server(HttpServerOptions options, Handler handler) {
  auto server = HttpServer::listen(std::move(options), std::move(handler));
  EXPECT_TRUE(server.has_value()) << (server ? "" : server.error().message);
  return server ? std::move(*server) : nullptr;
}

inline std::unique_ptr<HttpServer> start_echo(HttpServerOptions options = {}) {
  return start_server(std::move(options), [](Request request, Respond respond) { respond(echo(request)); });
}

inline std::string post(std::string_view headers, std::string_view body) {
  return "POST /v1/traces HTTP/1.1\r\nHost: localhost\r\n" + std::string(headers) + "\r\n" + std::string(body);
}

inline std::string post_sized(std::string_view body, std::string_view headers = {}) {
  return post("Content-Length: " + std::to_string(body.size()) + "\r\n" + std::string(headers), body);
}

}  // namespace strobe::net
