#pragma once

#include <cstdint>
#include <vector>

#include "model/session.h"

namespace strobe::view {

// Where the spans of a session stand below each other, by index into SessionView::spans. Linear, and no recursion: a
// trace may be as deep as it is long.
struct Lineage {
  std::vector<int32_t> depth;        // roots and orphans: 0
  std::vector<int32_t> agent;        // the nearest agent span above, -1: none
  std::vector<int32_t> block_depth;  // how many sub-agents (agents below an agent) stand above
};

Lineage lineage_of(const SessionView& view);

}  // namespace strobe::view
