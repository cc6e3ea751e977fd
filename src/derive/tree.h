#pragma once

#include <span>
#include <vector>

#include "derive/derive.h"

namespace strobe::derive {

// The parent links of a trace, walked without recursion: traces come 10,000 levels deep.
struct Tree {
  std::vector<int32_t> by_start;  // all spans by start, then span id: the order in which everything is decided
  std::vector<int32_t> top_down;  // parents before their children, all below a span right behind it, siblings by start
  std::vector<int32_t> parent;    // as in the places
};

// Fills parent, parent_missing and cycle_cut.
Tree link_parents(std::span<const SpanFacts> spans, std::span<Place> places);

}  // namespace strobe::derive
