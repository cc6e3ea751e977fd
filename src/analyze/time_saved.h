#pragma once

#include <cstdint>

#include "analyze/time_tree.h"

namespace strobe::analyze {

// By how many nanoseconds the session would have been shorter, had this span and everything below it taken no time. A
// child begins when all of its siblings have ended that had ended before it began, and as much later as it did; so do
// the spans above it end. Siblings that ran at the same time still take their time. Links are not followed. Exact for
// spans that run one after another and side by side in groups; docs/reference/critical-path.md says what it means for
// others. Never negative. Linear in the children of the spans above it.
int64_t time_saved_without(const TimeTree& tree, int32_t span);

}  // namespace strobe::analyze
