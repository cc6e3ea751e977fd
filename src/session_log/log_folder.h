#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "model/session.h"
#include "session_log/log_signature.h"

// Names of session logs, and which of them are kept.

namespace strobe::session_log {

enum class LogLayout : uint8_t {
  file,    // FOLDER/trace-NAME-MILLISECONDS.jsonl
  folder,  // FOLDER/debug-logs/NAME/main.jsonl, and other files beside it
};

struct LogFolder {
  std::string path;
  std::string ending;  // ".jsonl"; of files alone
  LogLayout layout = LogLayout::file;
  LogSignature signature = {};
};

// The session's key as part of a file name, whatever the key is: letters, digits, "-", "_" and ".", at most so many;
// the beginning of the session's id behind it where that changed it, where the key is not all that names the session,
// and where it could be another one's name: with capitals, which not all disks tell from small letters, or with such an
// end of its own.
inline constexpr size_t k_log_name_bytes_max = 100;
std::string log_name(const SessionSummary& session);

// Where the session's log is, or is to be; with a folder its main one. One that is there is found whatever the time in
// its name is: a session may turn out to have begun earlier.
std::string log_path(const LogFolder& folder, const SessionSummary& session);

// The files that stand beside a main log: logs of sub-agents (true), and files of content with a number in their names.
inline constexpr std::string_view k_main_log = "main.jsonl";
inline constexpr std::string_view k_models_file = "models.json";
inline constexpr std::string_view k_unfinished_ending = ".new";  // of files that are written whole, until they are
bool is_child_log(std::string_view name);
bool is_beside_main(std::string_view name);  // any of these files, also one that is not finished
// "tools_12.json" of the stem "tools" -> 12. Nothing: no such name.
std::optional<int64_t> number_in(std::string_view name, std::string_view stem);
inline constexpr std::string_view k_content_stems[] = {"system_prompt", "tools"};

// When the newest log that Strobe wrote was last written; nothing: there is none.
std::optional<TimeNs> newest_log(const LogFolder& folder);

// Removes one that Strobe wrote, with what stands beside it. False: it is none, is not there, or somebody writes it.
bool remove_log(const LogFolder& folder, const std::string& path);

struct LogRetention {
  int64_t keep = 0;  // the newest; 0: all
  int64_t days = 0;  // since they were last written; 0: for ever
};
// Removes logs that Strobe wrote (others stay, also of other programs) and that are neither in `open_paths` nor open
// anywhere. Returns how many.
int64_t remove_old_logs(const LogFolder& folder, const LogRetention& retention, const std::set<std::string>& open_paths,
                        TimeNs now);

}  // namespace strobe::session_log
