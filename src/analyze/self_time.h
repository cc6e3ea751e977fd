#pragma once

#include <cstdint>
#include <vector>

#include "analyze/time_tree.h"

namespace strobe::analyze {

// For each span for how many nanoseconds it ran and nothing below it did, however many of those ran at once. Linear
// where spans run within their parents, else O(n log n).
std::vector<int64_t> self_times_of(const TimeTree& tree);

}  // namespace strobe::analyze
