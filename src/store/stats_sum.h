#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "model/cost.h"
#include "model/lists.h"

namespace strobe::store {

// One span as it enters `stats`.
struct StatsSpan {
  // A call of its own: adds to calls, errors and durations. Else only its usage and cost are added (a source that tells
  // no more than the sums of a whole agent).
  bool is_call = true;
  bool failed = false;
  DurationNs duration;
  bool is_counted = true;  // its usage and cost are part of the totals; not so for tools, and for calls that tell none
  Usage usage;
  CostKind cost_kind = CostKind::unpriced;
  int64_t cost_pico_usd = 0;
};

// Adds spans up by key, for `Store::stats`. Every store answers with this, so that two stores cannot disagree. Keeps
// one duration a call, 8 bytes, because percentiles are exact. The order of adding does not matter.
class StatsSum {
 public:
  void add(std::string_view key, const StatsSpan& span);
  // In the order that Store::stats promises. Ends the sum.
  std::vector<StatsRow> take_rows(StatsBy by);

 private:
  struct Group {
    StatsRow row;
    CostSum cost;
    std::vector<int64_t> durations_ns;
  };
  std::map<std::string, Group, std::less<>> groups_;
};

// The value at or below which `percent` of the values lie: the nearest rank, ceil(percent / 100 * n), counted from 1.
// Zero when there are none. Reorders the values.
int64_t percentile(std::vector<int64_t>& values, int percent);

}  // namespace strobe::store
