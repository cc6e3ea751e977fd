#pragma once

#include <cstdint>
#include <vector>

#include "analyze/time_tree.h"

namespace strobe::analyze {

// What the rnix debugger calls the critical path: the way from the root to a leaf with the greatest sum of durations.
// Nested time counts once a level, and so the sum may exceed the wall.
struct PathSum {
  std::vector<int32_t> path;  // spans from the root on; empty when nothing took time
  int64_t sum_ns = 0;         // saturated
};

// The earliest root is the root, the others (and orphans) stand below it, as rnix has them. Of equal sums the child
// that began first wins. Linear.
PathSum path_sum_of(const SessionView& session, const TimeTree& tree);
// The earliest root, -1: no spans.
int32_t root_of(const TimeTree& tree);

}  // namespace strobe::analyze
