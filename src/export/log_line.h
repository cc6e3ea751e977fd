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
};

// Whether a line of that key was written before.
using IsWritten = std::function<bool(std::string_view key)>;

}  // namespace strobe::exporter
