#pragma once

#include <fcntl.h>

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>

#include "base/result.h"
#include "export/log_line.h"
#include "session_log/log_signature.h"

namespace strobe::session_log {

// What the lines of a session's files tell of, as hashes. One thread.
class LogKeys {
 public:
  static Result<std::shared_ptr<LogKeys>> create();  // Errors: io
  bool has(std::string_view key) const { return keys_.contains(hash_of(key)); }
  void insert(std::string_view key) { keys_.insert(hash_of(key)); }

 private:
  explicit LogKeys(uint64_t seed) : seed_(seed) {}
  uint64_t hash_of(std::string_view key) const;

  const uint64_t seed_;  // random: keys come from traces
  std::unordered_set<uint64_t> keys_;
};

// Where a log is.
struct LogPlace {
  std::string path;
  int folder = AT_FDCWD;  // the descriptor of the folder that it is in, where that is open: the path then only names it

  std::string name() const { return folder == AT_FDCWD ? path : path.substr(path.rfind('/') + 1); }
};

// A file that lines are appended to, each once, also by a process that comes after one that was killed: when it is
// opened, a last line that was cut is taken away, and what the others tell of is read. Locked while it is open. A file
// of another program is left alone. One thread.
class SessionLogFile {
 public:
  // Creates it, for its owner alone, where it is not there. Errors: io, unavailable (another process writes it),
  // conflict (it is not ours).
  static Result<std::unique_ptr<SessionLogFile>> open(const LogPlace& place, const LogSignature& signature);
  // One of several files of a session, which share their keys.
  static Result<std::unique_ptr<SessionLogFile>> open(const LogPlace& place, const LogSignature& signature,
                                                      std::shared_ptr<LogKeys> keys);
  // One that is not there. Errors: io, also where it is there.
  static Result<std::unique_ptr<SessionLogFile>> create(const LogPlace& place, std::shared_ptr<LogKeys> keys);
  // To go on with one that was opened before, and closed: it is not read. Errors: io, also where it is gone.
  static Result<std::unique_ptr<SessionLogFile>> open_again(const LogPlace& place, std::shared_ptr<LogKeys> keys);
  ~SessionLogFile();
  SessionLogFile(const SessionLogFile&) = delete;
  SessionLogFile& operator=(const SessionLogFile&) = delete;

  bool has(std::string_view key) const { return keys_->has(key); }
  // The key of the last line; empty: there is none, or it is not known.
  const std::string& last_key() const { return last_key_; }
  // All of them or none. Errors: io; the file is then as it was before.
  Result<void> append(std::span<const exporter::LogLine> lines);
  // Onto the disk. Errors: io.
  Result<void> sync();
  // Somebody removed or renamed it, or its folder: under its name there is nothing, or another file.
  bool is_gone() const;

 private:
  SessionLogFile(LogPlace place, std::shared_ptr<LogKeys> keys, int descriptor)
      : place_(std::move(place)), keys_(std::move(keys)), descriptor_(descriptor) {}
  // `creation`: O_CREAT, O_EXCL.
  static Result<std::unique_ptr<SessionLogFile>> open_locked(const LogPlace& place, std::shared_ptr<LogKeys> keys,
                                                             int creation);
  // What the file says, and the end of it repaired.
  Result<void> read_back(const LogSignature& signature);
  std::unexpected<Error> not_ours() const;
  Result<void> write_all(std::string_view text) const;
  std::unexpected<Error> failure(std::string_view what) const;

  const LogPlace place_;
  const std::shared_ptr<LogKeys> keys_;
  const int descriptor_;
  int64_t size_ = 0;  // of whole lines
  std::string last_key_;
};

}  // namespace strobe::session_log
