#pragma once

#include <cstdint>
#include <vector>

#include "analyze/time_tree.h"

// Inside only: which spans run, for those who sweep over the time of a session.

namespace strobe::analyze {

// A set of nodes of a tree. A node stands at its place in the order "parents, then all below them" with the last place
// below it, so that the last running place up to a node that reaches the node is the nearest span above it.
class RunningSpans {
 public:
  // Linear. The tree is not kept.
  explicit RunningSpans(const TimeTree& tree);

  // All O(log n).
  void add(int32_t node) { set(place_[node], last_place_[node]); }
  void remove(int32_t node) { set(place_[node], -1); }
  // The node itself if it runs, else the nearest above it that does; -1: none.
  int32_t nearest(int32_t node) const;
  bool has_below(int32_t node) const { return last_with(last_place_[node], 0) > place_[node]; }

 private:
  void set(int32_t place, int32_t last_place);
  // The last place up to `place` whose number is at least `least`; -1: none.
  int32_t last_with(int32_t place, int32_t least) const;

  std::vector<int32_t> place_, last_place_, at_place_;
  size_t width_;
  std::vector<int32_t> greatest_;  // numbers of places, -1 where nothing runs, and of each block of 2, 4, 8... of them
};

}  // namespace strobe::analyze
