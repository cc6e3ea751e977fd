#pragma once

#include <algorithm>
#include <cstdint>

// Inside only: what time_saved.h and linked_times.h have in common.

namespace strobe::analyze {

// The latest of what something waited for, as it was and as it would be.
struct MovedTime {
  int64_t was = 0, would_be = 0;

  void add(int64_t time, int64_t new_time) {
    was = std::max(was, time);
    would_be = std::max(would_be, new_time);
  }
  // When something would be that was at `time`: as much later as it was.
  int64_t moved(int64_t time) const { return would_be + (time - was); }
};

}  // namespace strobe::analyze
