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
constexpr int k_attempts_max = 3;

}  // namespace

std::unexpected<Error> SessionLogFile::failure(std::string_view what) const {
  return fail(ErrorCode::io, std::string(what) + " " + place_.path + ": " + std::strerror(errno));
}

Result<std::shared_ptr<LogKeys>> LogKeys::create() {
  uint64_t seed = 0;
  if (::getrandom(&seed, sizeof seed, 0) < 0) return fail(ErrorCode::io, "no randomness for session logs");
  return std::shared_ptr<LogKeys>(new LogKeys(seed));
}

uint64_t LogKeys::hash_of(std::string_view key) const { return codec::xxh3_128(key, seed_).low; }

std::unexpected<Error> SessionLogFile::not_ours() const {
  return fail(ErrorCode::conflict, place_.path + " is not a session log of Strobe's: left alone");
}

Result<std::unique_ptr<SessionLogFile>> SessionLogFile::open_locked(const LogPlace& place,
                                                                    std::shared_ptr<LogKeys> keys, int creation) {
  constexpr mode_t k_owner_only = 0600;
  constexpr int k_flags = O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_APPEND;
  for (int attempt = 0; attempt < k_attempts_max; ++attempt) {
    const int descriptor = ::openat(place.folder, place.name().c_str(), k_flags | creation, k_owner_only);
    std::unique_ptr<SessionLogFile> file(new SessionLogFile(place, keys, descriptor));
    if (descriptor < 0) return file->failure("cannot open");
    struct stat status{};
    if (::fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) {
      return fail(ErrorCode::io, place.path + " is no plain file");
    }
    if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) break;
    file->size_ = status.st_size;
    // Between opening and locking it another process may have removed it for its age.
    if (!file->is_gone()) return file;
  }
  return fail(ErrorCode::unavailable, "another process writes " + place.path);
}

Result<std::unique_ptr<SessionLogFile>> SessionLogFile::open(const LogPlace& place, const LogSignature& signature) {
  return open(place, signature, TRY(LogKeys::create()));
}

Result<std::unique_ptr<SessionLogFile>> SessionLogFile::open(const LogPlace& place, const LogSignature& signature,
                                                             std::shared_ptr<LogKeys> keys) {
  auto file = TRY(open_locked(place, std::move(keys), O_CREAT));
  TRY_VOID(file->read_back(signature));
  return file;
}

Result<std::unique_ptr<SessionLogFile>> SessionLogFile::create(const LogPlace& place, std::shared_ptr<LogKeys> keys) {
  return open_locked(place, std::move(keys), O_CREAT | O_EXCL);
}

Result<std::unique_ptr<SessionLogFile>> SessionLogFile::open_again(const LogPlace& place,
                                                                   std::shared_ptr<LogKeys> keys) {
  return open_locked(place, std::move(keys), 0);
}

SessionLogFile::~SessionLogFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Result<void> SessionLogFile::read_back(const LogSignature& signature) {
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
      if (size_ == 0 && (is_too_long || !is_first_line(signature, buffer))) return not_ours();
      const auto key = is_too_long ? std::nullopt : signature.key_of(buffer);
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
  if (at == size_) return {};
  // Whoever wrote the last line was killed in the middle of it.
  if (size_ == 0 && (is_too_long || !begins_first_line(signature, buffer))) return not_ours();
  if (::ftruncate(descriptor_, size_) != 0) return failure("cannot repair the end of");
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
  struct stat own{}, there{};
  return ::fstat(descriptor_, &own) != 0 ||
         ::fstatat(place_.folder, place_.name().c_str(), &there, AT_SYMLINK_NOFOLLOW) != 0 ||
         own.st_dev != there.st_dev || own.st_ino != there.st_ino;
}

}  // namespace strobe::session_log
