#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>

#include "base/result.h"
#include "export/log_line.h"

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

// A file that lines are appended to, each once, also by a process that comes after one that was killed: when it is
// opened, a last line that was cut is taken away, and what the others tell of is read. Locked while it is open. One
// thread.
class SessionLogFile {
 public:
  // What a line tells of; nothing: it is not known.
  using KeyOf = std::function<std::optional<std::string>(std::string_view line)>;
  // Creates it, for its owner alone, where it is not there. Errors: io, unavailable (another process writes it).
  static Result<std::unique_ptr<SessionLogFile>> open(const std::string& path, const KeyOf& key_of);
  // One of several files of a session, which share their keys.
  static Result<std::unique_ptr<SessionLogFile>> open(const std::string& path, const KeyOf& key_of,
                                                      std::shared_ptr<LogKeys> keys);
  // To go on with one that was opened before, and closed: it is not read.
  static Result<std::unique_ptr<SessionLogFile>> open_again(const std::string& path, std::shared_ptr<LogKeys> keys);
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
  // Somebody removed it, or its folder: what is written to it nobody will see.
  bool is_gone() const;

 private:
  SessionLogFile(std::string path, std::shared_ptr<LogKeys> keys, int descriptor)
      : path_(std::move(path)), keys_(std::move(keys)), descriptor_(descriptor) {}
  static Result<std::unique_ptr<SessionLogFile>> open_locked(const std::string& path, std::shared_ptr<LogKeys> keys);
  Result<void> read_back(const KeyOf& key_of);
  Result<void> write_all(std::string_view text) const;
  std::unexpected<Error> failure(std::string_view what) const;

  const std::string path_;
  const std::shared_ptr<LogKeys> keys_;
  const int descriptor_;
  int64_t size_ = 0;  // of whole lines
  std::string last_key_;
};

}  // namespace strobe::session_log
