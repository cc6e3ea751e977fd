#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "model/session.h"

// Names of session logs, and which of them are kept.

namespace strobe::cli {

struct LogFolder {
  std::string path;
  std::string ending;  // ".jsonl"
};

// The session's key as part of a file name, whatever the key is: letters, digits, "-", "_" and ".", at most so many;
// where that changed it, or the key is not all that names the session, the beginning of the session's id behind it.
inline constexpr size_t k_log_name_bytes_max = 100;
std::string log_name(const SessionSummary& session);

// Where the session's log is, or is to be: FOLDER/trace-NAME-MILLISECONDS.jsonl. One that is there is found whatever
// its time is: a session may turn out to have begun earlier.
std::string log_path(const LogFolder& folder, const SessionSummary& session);

// Removes one that Strobe wrote. False: it is none, or is not there.
bool remove_log(const LogFolder& folder, const std::string& path);

struct LogRetention {
  int64_t keep = 0;  // the newest files; 0: all
  int64_t days = 0;  // since they were last written; 0: for ever
};
// Removes logs that Strobe wrote (others stay, also of other programs) and that are not in `open_paths`. Returns how
// many.
int64_t remove_old_logs(const LogFolder& folder, const LogRetention& retention, const std::set<std::string>& open_paths,
                        TimeNs now);

}  // namespace strobe::cli
