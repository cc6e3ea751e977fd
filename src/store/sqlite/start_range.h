#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "store/questions.h"

namespace strobe::store {

// The conditions of a list ordered by start and id, both falling, as numbers to bind: first_ns <= start <= last_ns and
// (start < after_ns or id < after_id).
struct StartRange {
  int64_t first_ns = std::numeric_limits<int64_t>::min();
  int64_t last_ns = std::numeric_limits<int64_t>::max();
  int64_t after_ns = std::numeric_limits<int64_t>::max();
  std::string after_id = std::string(17, '\xff');  // behind every id

  template <typename Id>
  bool contains(TimeNs start, const Id& id) const {
    return start.ns >= first_ns && start.ns <= last_ns &&
           (start.ns < after_ns || id.view() < std::string_view(after_id));
  }
};

// Starts within since <= start < until; nothing fits when there is no such moment.
inline StartRange start_range(std::optional<TimeNs> since, std::optional<TimeNs> until) {
  StartRange range;
  if (since) range.first_ns = since->ns;
  if (until && until->ns > std::numeric_limits<int64_t>::min()) range.last_ns = until->ns - 1;
  if (until && until->ns == std::numeric_limits<int64_t>::min()) {
    range.first_ns = std::numeric_limits<int64_t>::max();
    range.last_ns = std::numeric_limits<int64_t>::min();
  }
  return range;
}

template <typename Cursor>
StartRange start_range(const Filter& filter, const std::optional<Cursor>& after) {
  StartRange range = start_range(filter.since, filter.until);
  if (!after) return range;
  range.after_ns = after->start.ns;
  range.after_id = after->id.view();
  if (range.after_ns < range.last_ns) range.last_ns = range.after_ns;
  return range;
}

}  // namespace strobe::store
