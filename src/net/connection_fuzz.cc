#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <string_view>

#include "base/assert.h"
#include "net/http.h"

// A whole server on a loopback socket, its I/O thread and all: any bytes as HTTP/1.1 or as HTTP/2 with gRPC in it. It
// answers or hangs up, lets nobody wait, and keeps no connection. The first byte says where the rest is cut into two
// sends, and whether it begins behind HTTP/2's preface.

namespace strobe::net {
namespace {

// Counted in wake-ups of our own: a machine so busy that the server's thread gets no turn gives us none either.
constexpr int k_patience_turns = 4;
constexpr int k_turn_ms = 1000;
constexpr std::string_view k_preface{"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0", 33};

std::unique_ptr<HttpServer> start() {
  HttpServerOptions options;
  options.body_bytes_max = size_t{1} << 20;
  options.receiving_bytes_max = size_t{8} << 20;
  auto server = HttpServer::listen(
      options,
      [](const Request& request, const Respond& respond) {
        Response response;
        response.body = request.path + *request.body;
        respond(std::move(response));
      },
      [](const GrpcRequest& request, const GrpcRespond& respond) {
        GrpcAnswer answer;
        answer.message = request.path;
        respond(std::move(answer));
      });
  STROBE_ASSERT(server.has_value());
  return std::move(*server);
}

// Whether there is something to read, or the end.
bool is_readable(int socket) {
  pollfd waiting{.fd = socket, .events = POLLIN, .revents = 0};
  for (int turn = 0; turn < k_patience_turns; ++turn) {
    if (::poll(&waiting, 1, k_turn_ms) == 1) return true;
  }
  return false;
}

bool send_all(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
  return true;
}

void check(const HttpServer& server, std::string_view input) {
  const auto choice = static_cast<unsigned char>(input.front());
  input.remove_prefix(1);
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(server.port());
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  STROBE_ASSERT(::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  const size_t cut = input.size() * (choice >> 1) / 128;
  const bool sent = (choice % 2 == 0 || send_all(socket, k_preface)) && send_all(socket, input.substr(0, cut)) &&
                    send_all(socket, input.substr(cut));
  if (sent) ::shutdown(socket, SHUT_WR);
  // Nothing more can come of us, so the server has to end it, long before any of its timeouts would.
  for (;;) {
    char buffer[65536];
    STROBE_ASSERT(is_readable(socket));
    if (::recv(socket, buffer, sizeof buffer, 0) <= 0) break;
  }
  // A reset instead of an orderly end, so that the ports of thousands of connections do not pile up.
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  ::close(socket);
}

}  // namespace
}  // namespace strobe::net

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const std::unique_ptr<strobe::net::HttpServer> server = strobe::net::start();
  if (size > 0) strobe::net::check(*server, {reinterpret_cast<const char*>(data), size});
  return 0;
}
