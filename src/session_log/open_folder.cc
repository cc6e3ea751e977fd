#include "session_log/open_folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "session_log/log_folder.h"

namespace strobe::session_log {

namespace {

bool write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno != EINTR) return false;
    if (written > 0) text.remove_prefix(static_cast<size_t>(written));
  }
  return true;
}

}  // namespace

Result<std::unique_ptr<OpenFolder>> OpenFolder::open(const std::string& path) {
  constexpr mode_t k_owner_only = 0700;
  ::mkdir(path.c_str(), k_owner_only);  // opening it tells what is wrong
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (descriptor < 0) {
    struct stat status{};
    const int error = errno;
    if (::lstat(path.c_str(), &status) == 0 && S_ISLNK(status.st_mode)) return fail(ErrorCode::io, path + " is a link");
    return fail(ErrorCode::io, "cannot open " + path + ": " + std::strerror(error));
  }
  return std::unique_ptr<OpenFolder>(new OpenFolder(path, descriptor));
}

OpenFolder::~OpenFolder() { ::close(descriptor_); }

std::unexpected<Error> OpenFolder::failure(std::string_view what, std::string_view name) const {
  return fail(ErrorCode::io, std::string(what) + " " + path_of(name) + ": " + std::strerror(errno));
}

bool OpenFolder::is_gone() const {
  struct stat own{}, there{};
  return ::fstat(descriptor_, &own) != 0 || ::lstat(path_.c_str(), &there) != 0 || own.st_dev != there.st_dev ||
         own.st_ino != there.st_ino;
}

bool OpenFolder::has(std::string_view name) const {
  struct stat status{};
  return ::fstatat(descriptor_, std::string(name).c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0;
}

Result<std::vector<std::string>> OpenFolder::names() const {
  // The list has a descriptor of its own, which closedir() closes.
  const int descriptor = ::openat(descriptor_, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR* const list = descriptor < 0 ? nullptr : ::fdopendir(descriptor);
  if (list == nullptr) {
    auto failed = failure("cannot read", ".");
    if (descriptor >= 0) ::close(descriptor);
    return failed;
  }
  std::vector<std::string> names;
  while (const dirent* entry = ::readdir(list)) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  ::closedir(list);
  std::ranges::sort(names);
  return names;
}

Result<std::string> OpenFolder::read(std::string_view name, size_t bytes_max) const {
  const int descriptor =
      ::openat(descriptor_, std::string(name).c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (descriptor < 0) return failure("cannot open", name);
  struct stat status{};
  const bool is_plain = ::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
  std::string text;
  ssize_t got = is_plain ? 1 : 0;
  while (got != 0 && text.size() <= bytes_max) {
    char block[1 << 16];
    got = ::read(descriptor, block, sizeof block);
    if (got < 0 && errno != EINTR) break;
    if (got > 0) text.append(block, static_cast<size_t>(got));
  }
  auto result = got < 0 ? Result<std::string>(failure("cannot read", name)) : Result<std::string>(std::move(text));
  ::close(descriptor);
  if (!is_plain) return fail(ErrorCode::io, path_of(name) + " is no plain file");
  if (result && result->size() > bytes_max) return fail(ErrorCode::too_large, path_of(name) + " is too large");
  return result;
}

Result<void> OpenFolder::write(std::string_view name, std::string_view content) const {
  const std::string final_name(name);
  const std::string temporary = final_name + std::string(k_unfinished_ending);
  constexpr mode_t k_owner_only = 0600;
  constexpr int k_flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
  const int descriptor = ::openat(descriptor_, temporary.c_str(), k_flags, k_owner_only);
  if (descriptor < 0) return failure("cannot write", name);
  const bool is_written = write_all(descriptor, content) &&
                          ::renameat(descriptor_, temporary.c_str(), descriptor_, final_name.c_str()) == 0;
  const auto result = is_written ? Result<void>() : Result<void>(failure("cannot write", name));
  ::close(descriptor);
  if (!result) ::unlinkat(descriptor_, temporary.c_str(), 0);
  return result;
}

}  // namespace strobe::session_log
