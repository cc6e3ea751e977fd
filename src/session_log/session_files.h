#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "session_log/log_file.h"
#include "session_log/log_folder.h"
#include "session_log/open_folder.h"

namespace strobe::session_log {

// Files of one stem that a session gets; calls that would need more name none.
inline constexpr size_t k_content_files_max = 100;

// All files of one session: its log, and with a folder what stands beside it. Locked, by the main log, while it lives.
// One thread.
class SessionFiles {
 public:
  // Creates what is not there, repairs what a killed process left, and reads what was written. Errors: io, unavailable,
  // conflict (files of another program are in the way: they are left alone).
  static Result<std::unique_ptr<SessionFiles>> open(const LogFolder& folder, const SessionSummary& session);

  const std::string& path() const { return path_; }  // of the main log
  bool has(std::string_view key) const { return main_->has(key); }
  // Of the main log; empty: there is none, or it is not known.
  const std::string& last_key() const { return main_->last_key(); }
  // Each line to the log it names. Errors: io; of each log all of its lines were written or none. A log of a sub-agent
  // that cannot be written keeps no other from being written.
  Result<void> append(std::vector<exporter::LogLine> lines);
  struct Count {
    int64_t lines = 0;
    int64_t cut = 0;  // texts in them
  };
  // What was written since this was asked last.
  Count take_count() { return std::exchange(count_, {}); }
  // Onto the disk, the main log. Errors: io.
  Result<void> sync() { return main_->sync(); }
  // A log, or the folder, was removed or renamed.
  bool is_gone() const;

  // With a folder. The name of the file STEM_N.json with that content, made where there is none yet. Empty: there are
  // too many, or it could not be written, which the next append() reports.
  std::string file_of(std::string_view stem, std::string_view content);
  // Writes the file where it has not that content yet; trouble is reported by the next append().
  void replace(std::string_view name, const std::string& content);
  // Names of sub-agents' logs that are there.
  std::set<std::string, std::less<>> child_logs() const;

 private:
  SessionFiles(std::string path, std::unique_ptr<OpenFolder> folder, std::shared_ptr<LogKeys> keys)
      : path_(std::move(path)), folder_(std::move(folder)), keys_(std::move(keys)) {}
  Result<void> read_folder(const LogSignature& signature);
  // To the main log, or to that of a sub-agent.
  Result<void> append(const std::string& name, std::span<const exporter::LogLine> lines);
  Result<void> append_to_child(const std::string& name, std::span<const exporter::LogLine> lines);
  LogPlace place_of(const std::string& name) const { return {folder_->path_of(name), folder_->descriptor()}; }
  void note_trouble(const Result<void>& done);

  struct Content {
    std::map<Hash256, std::string> names;  // of files, by what is in them
    int64_t next = 0;
  };

  const std::string path_;
  const std::unique_ptr<OpenFolder> folder_;  // null: the log stands alone
  const std::shared_ptr<LogKeys> keys_;
  std::unique_ptr<SessionLogFile> main_;
  std::map<std::string, Content, std::less<>> contents_;       // by stem
  std::map<std::string, Hash256, std::less<>> replaced_;       // what was written last
  std::map<std::string, Result<void>, std::less<>> children_;  // by name; an error: what is in it is not known
  Result<void> trouble_;
  Count count_;
};

}  // namespace strobe::session_log
