#include "bench/post_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string_view>

namespace strobe::bench {

namespace {

constexpr int k_ok = 200;
constexpr int k_busy = 503;
constexpr useconds_t k_busy_wait_us = 20'000;

int connect_to(uint16_t port) {
  const int connection = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int yes = 1;
  setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  return connect(connection, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 ? connection : -1;
}

bool write_all(int to, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = send(to, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (written <= 0 && errno != EINTR) return false;
    if (written > 0) bytes.remove_prefix(static_cast<size_t>(written));
  }
  return true;
}

// Reads one answer with a Content-Length; its status, or -1.
int read_answer(int from) {
  std::string answer;
  size_t needed = SIZE_MAX;
  while (answer.size() < needed) {
    char buffer[4096];
    const ssize_t got = recv(from, buffer, sizeof buffer, 0);
    if (got <= 0) return -1;
    answer.append(buffer, static_cast<size_t>(got));
    const size_t head_end = answer.find("\r\n\r\n");
    if (head_end == std::string::npos || needed != SIZE_MAX) continue;
    const char* length = strcasestr(answer.c_str(), "\r\ncontent-length:");
    needed = head_end + 4 + (length != nullptr ? std::strtoul(length + 17, nullptr, 10) : 0);
  }
  return answer.size() > 12 ? std::atoi(answer.c_str() + 9) : -1;
}

// Sends one request until it is taken. False: anything but 200 and 503.
bool post(int connection, const std::string& body) {
  const std::string head =
      "POST /v1/traces HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-protobuf\r\nContent-Length: " +
      std::to_string(body.size()) + "\r\n\r\n";
  for (;;) {
    if (!write_all(connection, head) || !write_all(connection, body)) return false;
    const int status = read_answer(connection);
    if (status != k_busy) return status == k_ok;
    usleep(k_busy_wait_us);
  }
}

// The life of one child. Never returns.
[[noreturn]] void be_client(int starter, const std::vector<std::string>& requests) {
  uint16_t port = 0;
  if (read(starter, &port, sizeof port) != sizeof port) _exit(2);
  const int connection = connect_to(port);
  if (connection < 0) _exit(3);
  for (const std::string& body : requests) {
    if (!post(connection, body)) _exit(4);
  }
  _exit(0);
}

}  // namespace

Result<PostClients> PostClients::fork_all(const std::vector<std::vector<std::string>>& requests) {
  PostClients clients;
  for (const auto& of_client : requests) {
    int ends[2];
    if (pipe(ends) != 0) return fail(ErrorCode::io, "pipe: " + std::string(std::strerror(errno)));
    const pid_t child = fork();
    if (child < 0) return fail(ErrorCode::io, "fork: " + std::string(std::strerror(errno)));
    if (child == 0) {
      close(ends[1]);
      be_client(ends[0], of_client);
    }
    close(ends[0]);
    clients.children_.push_back(child);
    clients.starters_.push_back(ends[1]);
  }
  return clients;
}

Result<void> PostClients::run(uint16_t port) {
  bool all_started = true;
  for (const int starter : starters_) {
    all_started &= write(starter, &port, sizeof port) == sizeof port;
    close(starter);
  }
  int failed = all_started ? 0 : -1;
  for (const pid_t child : children_) {
    int status = 0;
    if (waitpid(child, &status, 0) != child || status != 0) failed = status != 0 ? status : -1;
  }
  if (failed != 0) return fail(ErrorCode::unavailable, "a client gave up with wait status " + std::to_string(failed));
  return {};
}

}  // namespace strobe::bench
