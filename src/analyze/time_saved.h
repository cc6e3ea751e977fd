#pragma once

#include <cstdint>
#include <vector>

#include "analyze/linked_times.h"
#include "analyze/span_links.h"
#include "analyze/time_tree.h"

namespace strobe::analyze {

// By how much a session would have been shorter, had a span and everything below it taken no time. A child begins when
// all of its siblings have ended that had ended before it began, and all spans it links to that had ended by then, and
// as much later as it did; so do the spans above it end. A root that links waits for what it links to, and not for
// other roots: these are the edges of the critical path. Siblings that ran at the same time still take their time.
// Exact for programs whose spans run one after another, side by side in groups, and wait for what they link to;
// docs/reference/critical-path.md says what it means for others.
class TimeSaved {
 public:
  // Both must outlive it. Linear; n log n where links tie spans together.
  TimeSaved(const TimeTree& tree, const SpanLinks& links);

  // Nanoseconds, never negative. Linear in the children of the spans above it, and of the spans that links tie.
  int64_t without(int32_t span);

 private:
  // When everything below `parent` would have ended, did all below `changed` end at `changed_last`.
  int64_t last_of(int32_t parent, int32_t changed, int64_t changed_last);

  const TimeTree& tree_;
  LinkedTimes linked_;
  std::vector<int64_t> new_last_;  // for children, each written before it is read
};

}  // namespace strobe::analyze
