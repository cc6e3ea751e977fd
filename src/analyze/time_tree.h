#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "model/session.h"

namespace strobe::analyze {

// When the spans of a session ran, as the walks through its time see it. Spans are named by their index into
// SessionView::spans; the session itself is one more node, `session`, above all roots. Times are nanoseconds since the
// first start. docs/reference/critical-path.md.
struct TimeTree {
  struct Node {
    int32_t parent = -1;          // -1: of the session itself
    bool is_root = false;         // stands below the session, or would without the span of `strobe run`
    int64_t start = 0, end = 0;   // its own; the session itself runs at no time of its own
    int64_t first = 0, last = 0;  // of everything below it, itself included; first <= start, end <= last
  };
  std::vector<Node> nodes;     // one a span, then the session
  std::vector<int32_t> order;  // every node once, parents before their children; the session first
  int32_t session = 0;
  int64_t wall = 0;            // last of the session
  int64_t never_ended = 0;     // taken to end with the last that is known below them
  int64_t ran_backwards = 0;   // end before start: taken as a moment
  int64_t without_parent = 0;  // orphans and cut cycles: stand beside the roots

  // By `last`, the latest first; of equals the one that began first, then by index.
  std::span<const int32_t> by_end(int32_t node) const { return children(by_end_, node); }
  // By `first`, the earliest first, then by index.
  std::span<const int32_t> by_start(int32_t node) const { return children(by_start_, node); }

  std::vector<int32_t> by_end_, by_start_;
  std::vector<size_t> offsets_;  // where the children of a node begin

 private:
  std::span<const int32_t> children(const std::vector<int32_t>& list, int32_t node) const {
    return std::span(list).subspan(offsets_[node], offsets_[node + 1] - offsets_[node]);
  }
};

// O(n log n). Parents that lead back to their own children are cut, wherever the view has not done so. Roots that ran
// while `strobe run` did stand below its span. Where a span overlaps its next sibling by a hair, it is cut there.
TimeTree time_tree_of(const SessionView& session);

// Clocks are not exact: an overlap of at most this, and of at most a tenth of what it is cut from, is none.
inline constexpr int64_t k_overlap_tolerance_ns = 1'000'000;

}  // namespace strobe::analyze
