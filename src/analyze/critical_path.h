#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "analyze/span_links.h"
#include "analyze/time_tree.h"

namespace strobe::analyze {

enum class SegmentType : uint8_t {
  self,     // the span did something itself, as far as its children tell
  waiting,  // between the end of `span` and the begin of `waiter`, which links to it
  outside,  // no span ran: idle, or not recorded
};
// "self", "waiting", "outside"
std::string_view name_of(SegmentType type);

// A piece of the wall: [from, to) in nanoseconds since the first start.
struct Segment {
  SegmentType type = SegmentType::self;
  int32_t span = -1;    // index into SessionView::spans; -1: outside
  int32_t waiter = -1;  // type waiting
  int64_t from = 0, to = 0;
};

// What the end of the session waited for: the segments lie end to end from the first start to the last end, so that
// their lengths add up to the wall exactly. docs/reference/critical-path.md.
struct CriticalPath {
  std::vector<Segment> segments;    // in order of time; neighbours of one span and type are one
  std::vector<int64_t> self_ns;     // for each span what it has of the path: self, and what was waited for it
  std::vector<int64_t> waiting_ns;  // the part of it that is waiting
  int64_t outside_ns = 0;
  int64_t wall_ns = 0;
};

// O(n log n).
CriticalPath critical_path_of(const TimeTree& tree, const SpanLinks& links);

}  // namespace strobe::analyze
