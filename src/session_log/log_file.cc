#include "session_log/log_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "codec/xxh3.h"

namespace strobe::session_log {

namespace {

constexpr size_t k_read_bytes = size_t{1} << 20;
// A line that long is none of ours: it is skipped without being kept.
constexpr size_t k_line_bytes_max = size_t{64} << 20;

}  // namespace

std::unexpected<Error> SessionLogFile::failure(std::string_view what) const {
  return fail(ErrorCode::io, std::string(what) + " " + path_ + ": " + std::strerror(errno));
}

Result<std::shared_ptr<LogKeys>> LogKeys::create() {
  uint64_t seed = 0;
  if (::getrandom(&seed, sizeof seed, 0) < 0) return fail(ErrorCode::io, "no randomness for session logs");
  return std::shared_ptr<LogKeys>(new LogKeys(seed));
}

uint64_t LogKeys::hash_of(std::string_view key) const { return codec::xxh3_128(key, seed_).low; }

Result<std::unique_ptr<SessionLogFile>> SessionLogFile::open_locked(const std::string& path,
                                                                    std::shared_ptr<LogKeys> keys) {
  constexpr mode_t k_owner_only = 0600;
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_APPEND, k_owner_only);
  std::unique_ptr<SessionLogFile> file(new SessionLogFile(path, std::move(keys), descriptor));
  if (descriptor < 0) return file->failure("cannot open");
  struct stat status{};
  if (::fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) {
    return fail(ErrorCode::io, path + " is no plain file");
  }
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    return fail(ErrorCode::unavailable, "another process writes " + path);
  }
  file->size_ = status.st_size;
  return file;
}

Result<std::unique_ptr<SessionLogFile>> SessionLogFile::open(const std::string& path, const KeyOf& key_of) {
  return open(path, key_of, TRY(LogKeys::create()));
}

Result<std::unique_ptr<SessionLogFile>> SessionLogFile::open(const std::string& path, const KeyOf& key_of,
                                                             std::shared_ptr<LogKeys> keys) {
  auto file = TRY(open_locked(path, std::move(keys)));
  TRY_VOID(file->read_back(key_of));
  return file;
}

Result<std::unique_ptr<SessionLogFile>> SessionLogFile::open_again(const std::string& path,
                                                                   std::shared_ptr<LogKeys> keys) {
  return open_locked(path, std::move(keys));
}

SessionLogFile::~SessionLogFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Result<void> SessionLogFile::read_back(const KeyOf& key_of) {
  std::string buffer;  // the line that has begun
  std::string block(k_read_bytes, '\0');
  int64_t at = 0;
  bool is_too_long = false;
  size_ = 0;
  while (true) {
    const ssize_t got = ::pread(descriptor_, block.data(), block.size(), at);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failure("cannot read");
    if (got == 0) break;
    std::string_view rest(block.data(), static_cast<size_t>(got));
    while (!rest.empty()) {
      const size_t end = rest.find('\n');
      if (!is_too_long) buffer += rest.substr(0, end);
      is_too_long = is_too_long || buffer.size() > k_line_bytes_max;
      if (end == std::string_view::npos) break;
      const auto key = is_too_long ? std::nullopt : key_of(buffer);
      last_key_ = key.value_or("");
      if (key) keys_->insert(*key);
      buffer.clear();
      is_too_long = false;
      rest.remove_prefix(end + 1);
      size_ = at + got - static_cast<int64_t>(rest.size());
    }
    if (is_too_long) buffer.clear();
    at += got;
  }
  // Whoever wrote the last line was killed in the middle of it.
  if (at > size_ && ::ftruncate(descriptor_, size_) != 0) return failure("cannot repair the end of");
  return {};
}

Result<void> SessionLogFile::write_all(std::string_view text) const {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor_, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return failure("cannot write");
    text.remove_prefix(static_cast<size_t>(written));
  }
  return {};
}

Result<void> SessionLogFile::append(std::span<const exporter::LogLine> lines) {
  std::string text;
  for (const exporter::LogLine& line : lines) text += line.text + "\n";
  if (text.empty()) return {};
  const auto written = write_all(text);
  if (!written) {
    // Half a line at the end would spoil the next one. Where not even that works, opening it again repairs it.
    (void)!::ftruncate(descriptor_, size_);
    return written;
  }
  size_ += static_cast<int64_t>(text.size());
  for (const exporter::LogLine& line : lines) keys_->insert(line.key);
  last_key_ = lines.back().key;
  return {};
}

Result<void> SessionLogFile::sync() {
  if (::fdatasync(descriptor_) != 0) return failure("cannot write");
  return {};
}

bool SessionLogFile::is_gone() const {
  struct stat status{};
  return ::fstat(descriptor_, &status) != 0 || status.st_nlink == 0;
}

}  // namespace strobe::session_log
