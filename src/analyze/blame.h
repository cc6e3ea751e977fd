#pragma once

#include <cstdint>
#include <vector>

#include "analyze/critical_path.h"
#include "analyze/error_chains.h"
#include "analyze/hotspots.h"
#include "analyze/path_sum.h"

namespace strobe::analyze {

// A span on the critical path.
struct PathSpan {
  int32_t span = -1;
  int64_t self_ns = 0;     // of the path: its own, and what was waited for it
  int64_t waiting_ns = 0;  // the part that is waiting
  int64_t below_ns = 0;    // of the path: its own and that of everything below it
  int64_t saved_ns = 0;    // TimeSaved::without()
};

// A link as a wait: between the end of the one and the begin of the other.
struct Wait {
  int32_t waiter = -1, waited_for = -1;
  int64_t wait_ns = 0;  // negative: the one had not ended when the other began
};

struct BlameLimits {
  size_t hotspots = 5;
  size_t path_spans = 10;
  size_t sub_agents = 5;
  size_t waits = 10;
};

// Where a session's time went, and where it failed. Indexes are of SessionView::spans, times nanoseconds.
struct Blame {
  TimeTree tree;
  CriticalPath path;
  std::vector<PathSpan> path_spans;  // most of the path first
  std::vector<PathSpan> sub_agents;  // agents below an agent that are on the path, by below_ns
  int64_t path_span_count = 0;       // all that are on the path
  PathSum path_sum;
  Hotspots hotspots;
  ErrorChains errors;
  std::vector<Wait> waits;  // the longest first
  int64_t wait_count = 0;
  int64_t links_leading_away = 0;
};

// O(n log n).
Blame blame_of(const SessionView& session, const BlameLimits& limits = {});

}  // namespace strobe::analyze
