#include "base/file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace strobe {

namespace {

std::unexpected<Error> errno_error(const char* what, const std::string& path) {
  const ErrorCode code = errno == ENOENT ? ErrorCode::not_found : ErrorCode::io;
  return fail(code, std::string(what) + " " + path + ": " + std::strerror(errno));
}

struct Descriptor {
  int fd = -1;
  bool owned = true;
  ~Descriptor() {
    if (owned && fd >= 0) ::close(fd);
  }
};

Result<void> write_all(int fd, std::string_view content, const std::string& path) {
  while (!content.empty()) {
    const ssize_t written = ::write(fd, content.data(), content.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      return errno_error("cannot write", path);
    }
    content.remove_prefix(static_cast<size_t>(written));
  }
  return {};
}

}  // namespace

Result<std::string> read_file(const std::string& path, size_t bytes_max) {
  Descriptor file;
  if (path == "-") {
    file.fd = STDIN_FILENO;
    file.owned = false;
  } else {
    file.fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  }
  if (file.fd < 0) return errno_error("cannot read", path);
  std::string content;
  for (;;) {
    constexpr size_t k_step_bytes = size_t{1} << 18;
    const size_t filled = content.size();
    content.resize(filled + k_step_bytes);
    const ssize_t got = ::read(file.fd, content.data() + filled, k_step_bytes);
    content.resize(filled + static_cast<size_t>(got > 0 ? got : 0));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return errno_error("cannot read", path);
    if (got == 0) return content;
    if (content.size() > bytes_max) {
      return fail(ErrorCode::too_large, path + " is larger than " + std::to_string(bytes_max) + " bytes");
    }
  }
}

Result<void> write_file(const std::string& path, std::string_view content) {
  if (path == "-") return write_all(STDOUT_FILENO, content, "standard output");
  const std::string temporary = path + ".tmp." + std::to_string(::getpid());
  {
    Descriptor file{::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644)};
    if (file.fd < 0) return errno_error("cannot write", path);
    if (auto written = write_all(file.fd, content, path); !written) {
      ::unlink(temporary.c_str());
      return written;
    }
  }
  if (::rename(temporary.c_str(), path.c_str()) != 0) {
    auto error = errno_error("cannot write", path);
    ::unlink(temporary.c_str());
    return error;
  }
  return {};
}

}  // namespace strobe
