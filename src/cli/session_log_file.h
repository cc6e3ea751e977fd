#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/result.h"
#include "export/log_line.h"

namespace strobe::cli {

// A file that lines are appended to, each once, also by a process that comes after one that was killed: when it is
// opened, a last line that was cut is taken away, and what the others tell of is read. Locked while it is open. One
// thread.
class SessionLogFile {
 public:
  // What a line tells of; nothing: it is not known.
  using KeyOf = std::function<std::optional<std::string>(std::string_view line)>;
  // Creates it, for its owner alone, where it is not there. Errors: io, unavailable (another process writes it).
  static Result<std::unique_ptr<SessionLogFile>> open(const std::string& path, const KeyOf& key_of);
  ~SessionLogFile();
  SessionLogFile(const SessionLogFile&) = delete;
  SessionLogFile& operator=(const SessionLogFile&) = delete;

  bool has(std::string_view key) const { return keys_.contains(hash_of(key)); }
  // The key of the last line; empty: there is none, or it is not known.
  const std::string& last_key() const { return last_key_; }
  // All of them or none. Errors: io; the file is then as it was before.
  Result<void> append(const std::vector<exporter::LogLine>& lines);
  // Onto the disk. Errors: io.
  Result<void> sync();
  // Somebody removed it, or its folder: what is written to it nobody will see.
  bool is_gone() const;

 private:
  SessionLogFile(std::string path, int descriptor) : path_(std::move(path)), descriptor_(descriptor) {}
  Result<void> read_back(const KeyOf& key_of);
  uint64_t hash_of(std::string_view key) const;
  Result<void> write_all(std::string_view text) const;
  std::unexpected<Error> failure(std::string_view what) const;

  const std::string path_;
  const int descriptor_;
  uint64_t seed_ = 0;
  int64_t size_ = 0;  // of whole lines
  std::unordered_set<uint64_t> keys_;
  std::string last_key_;
};

}  // namespace strobe::cli
