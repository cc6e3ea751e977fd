#include "launch/live_server.h"

#include <fcntl.h>
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

// A lock of the open file description: it can be looked at without being taken, so that a look never gets in the way of
// a server that starts.
struct flock whole_file(short type) {
  struct flock lock{};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  return lock;
}

}  // namespace

ServerLock::ServerLock(int fd, std::string path) : fd_(fd), path_(std::move(path)) {}
ServerLock::ServerLock(ServerLock&& other) noexcept : fd_(other.fd_), path_(std::move(other.path_)) { other.fd_ = -1; }

ServerLock::~ServerLock() {
  if (fd_ < 0) return;
  withdraw();
  // The file stays: removing it would let two servers hold locks on two files of the same name.
  ::close(fd_);
}

Result<ServerLock> ServerLock::acquire(const std::string& store_path) {
  const std::string path = lock_path(store_path);
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return fail(ErrorCode::io, "cannot write " + path + ": " + std::strerror(errno));
  struct flock lock = whole_file(F_WRLCK);
  if (::fcntl(fd, F_OFD_SETLK, &lock) != 0) {
    const std::string url = read_url(fd);
    ::close(fd);
    return fail(ErrorCode::conflict, (url.empty() ? "another process" : url) + " serves this store already",
                "strobe run and strobe import work beside it");
  }
  ServerLock taken(fd, path);
  taken.withdraw();  // what a server that was killed left behind
  return taken;
}

Result<void> ServerLock::publish(const std::string& url) {
  const std::string line = url + "\n";
  withdraw();
  if (::pwrite(fd_, line.data(), line.size(), 0) != static_cast<ssize_t>(line.size())) {
    return fail(ErrorCode::io, "cannot write " + path_ + ": " + std::strerror(errno));
  }
  return {};
}

void ServerLock::withdraw() {
  if (::ftruncate(fd_, 0) != 0) {
    // The URL stays readable until the lock goes; then nobody believes it any more.
  }
}

std::optional<std::string> find_live_server(const std::string& store_path) {
  const int fd = ::open(lock_path(store_path).c_str(), O_RDWR | O_CLOEXEC);
  if (fd < 0) return std::nullopt;
  struct flock lock = whole_file(F_WRLCK);
  const bool is_held = ::fcntl(fd, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
  const std::string url = is_held ? read_url(fd) : std::string();
  ::close(fd);
  if (url.empty()) return std::nullopt;
  return url;
}

}  // namespace strobe::launch
