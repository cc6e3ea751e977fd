#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/time.h"

// Lines of a file that grows while a session happens.

namespace strobe::exporter {

struct LogLine {
  std::string key;  // what it tells of: no two lines of a session have the same
  TimeNs time;
  bool is_settled = true;  // else more of the trace may tell that it is a sub-agent's
  int64_t cut = 0;         // texts in it that were cut
  std::string text = {};   // without a newline
  std::string file = {};   // the name of the log it belongs to, where a session has several; empty: the main one
};

struct LogLineOptions {
  bool has_content = true;          // the task, what tools were given and gave back, what a model saw, thought and said
  size_t result_bytes_max = 10000;  // of each of those texts; what is cut says so
};

// Whether a line of that key was written before.
using IsWritten = std::function<bool(std::string_view key)>;

}  // namespace strobe::exporter
