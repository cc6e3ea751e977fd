#pragma once

#include <cstdint>
#include <vector>

#include "model/session.h"

namespace strobe {

// What stands above each span of a session, by index into SessionView::spans. Spans whose parents lead back to
// themselves, and all below them, stand nowhere: depth 0 and nothing above.
struct Lineage {
  std::vector<int32_t> depth;        // roots and orphans: 0
  std::vector<int32_t> agent;        // the nearest agent span above, -1: none
  std::vector<int32_t> tool;         // the nearest tool span above with no agent in between, -1: none
  std::vector<int32_t> block_depth;  // how many sub-agents (agents below an agent) stand above
};

// From SpanView::parent and children. Linear, and no recursion: a trace may be as deep as it is long.
Lineage lineage_of(const SessionView& session);

}  // namespace strobe
