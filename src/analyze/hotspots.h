#pragma once

#include <cstdint>
#include <vector>

#include "analyze/time_tree.h"

namespace strobe::analyze {

// What spans took, each list the greatest first; equal ones in the order of the session.
struct Hotspots {
  std::vector<int64_t> self_ns;      // self_times_of()
  std::vector<int32_t> by_self;      // spans, at most `top`; those that took nothing are in no list
  std::vector<int32_t> by_duration;  // their own durations: children included
  std::vector<int32_t> by_tokens;    // calls, each counted once
  std::vector<int32_t> by_cost;
};

// O(n log n).
Hotspots hotspots_of(const SessionView& session, const TimeTree& tree, size_t top);
// Tokens that the span adds to the session's totals.
int64_t counted_tokens(const SpanView& span);

}  // namespace strobe::analyze
