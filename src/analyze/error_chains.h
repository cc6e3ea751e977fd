#pragma once

#include <cstdint>
#include <vector>

#include "analyze/time_tree.h"

namespace strobe::analyze {

// One failure and what it went up through.
struct ErrorChain {
  std::vector<int32_t> path;  // spans from the root (its own, where a session has several) to `deepest`
  int32_t deepest = -1;       // failed, and none of its children did
  int32_t topmost = -1;       // the failed span of the path next to the root: rnix calls it the root cause
};

struct ErrorChains {
  std::vector<ErrorChain> chains;  // by start of `deepest`; at most k_error_chains_max
  int64_t total = 0;
  int64_t error_spans = 0;  // all that failed
};

inline constexpr size_t k_error_chains_max = 50;
// Spans of one path: a trace may be as deep as it is long. Longer ones lose what is in the middle.
inline constexpr size_t k_chain_spans_max = 64;

// Another recording of a call that a second span speaks for is no failure of its own. Linear.
ErrorChains error_chains_of(const SessionView& session, const TimeTree& tree);

}  // namespace strobe::analyze
