#include "launch/live_server.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace strobe::launch {

namespace {

std::string lock_path(const std::string& store_path) { return store_path + ".server"; }

std::string read_url(int fd) {
  char buffer[512];
  const ssize_t got = ::pread(fd, buffer, sizeof buffer, 0);
  std::string url(buffer, static_cast<size_t>(got > 0 ? got : 0));
  url.erase(url.find_last_not_of('\n') + 1);
  return url;
}

}  // namespace

ServerLock::ServerLock(int fd, std::string path) : fd_(fd), path_(std::move(path)) {}
ServerLock::ServerLock(ServerLock&& other) noexcept : fd_(other.fd_), path_(std::move(other.path_)) { other.fd_ = -1; }

ServerLock::~ServerLock() {
  if (fd_ < 0) return;
  // The file stays: removing it would let two servers hold locks on two files of the same name.
  if (::ftruncate(fd_, 0) != 0) {
    // Nothing is lost: without the lock nobody believes the content.
  }
  ::close(fd_);
}

Result<ServerLock> ServerLock::acquire(const std::string& store_path) {
  const std::string path = lock_path(store_path);
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (fd < 0) return fail(ErrorCode::io, "cannot write " + path + ": " + std::strerror(errno));
  if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
    const std::string url = read_url(fd);
    ::close(fd);
    return fail(ErrorCode::conflict, (url.empty() ? "another process" : url) + " serves this store already");
  }
  return ServerLock(fd, path);
}

Result<void> ServerLock::publish(const std::string& url) {
  const std::string line = url + "\n";
  if (::ftruncate(fd_, 0) != 0 || ::pwrite(fd_, line.data(), line.size(), 0) != static_cast<ssize_t>(line.size())) {
    return fail(ErrorCode::io, "cannot write " + path_ + ": " + std::strerror(errno));
  }
  return {};
}

std::optional<std::string> find_live_server(const std::string& store_path) {
  const int fd = ::open(lock_path(store_path).c_str(), O_RDWR | O_CLOEXEC);
  if (fd < 0) return std::nullopt;
  const bool is_free = ::flock(fd, LOCK_SH | LOCK_NB) == 0;
  const std::string url = is_free ? std::string() : read_url(fd);
  ::close(fd);
  if (url.empty()) return std::nullopt;
  return url;
}

}  // namespace strobe::launch
