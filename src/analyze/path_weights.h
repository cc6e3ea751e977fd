#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "model/context_tree.h"

// Inside only: what many calls add to the messages of the lists that they saw, in one walk over the tree.

namespace strobe::analyze {

// The input of one call, divided by price: what was read from the cache comes first, then what was written to it, then
// the rest. Lengths are in tokens as estimated.
struct PricedInput {
  double factor = 0;                   // reported tokens for each estimated one
  double read_end = 0, write_end = 0;  // where these parts end; write_end >= read_end
  std::array<double, 3> pico_usd{};    // for one reported token: read, written, plain
  bool is_partial = false;             // some of it has no price: 0 above
  bool is_unpriced = false;            // nothing has one
};

// What a message cost where it stands, over all calls.
struct PathWeight {
  double tokens = 0;
  double pico_usd = 0;
  int64_t calls = 0;
  int64_t partial = 0, unpriced = 0;  // of these

  PathWeight& operator+=(const PathWeight& other);
};

class PathWeights {
 public:
  // `estimates`: tokens of each message. Both must outlive this.
  PathWeights(const ContextTree& tree, const std::vector<int64_t>& estimates);

  // Tokens of the whole list.
  int64_t tokens_of(ContextTree::Node node) const { return until_[node]; }
  // A call saw the list `node` behind `before` other tokens. O(log n).
  void add(ContextTree::Node node, int64_t before, const PricedInput& input);
  // For each node what its last message cost, where it stands there. Linear.
  std::vector<PathWeight> sums() const;

 private:
  void add_boundary(ContextTree::Node node, int64_t before, double end, double factor, double more);

  const ContextTree& tree_;
  const std::vector<int64_t>& estimates_;
  std::vector<int64_t> until_;       // tokens of each list
  std::vector<PathWeight> of_path_;  // for each token of each message up to the node
  std::vector<double> of_node_;      // for the node's own message only, in all
};

}  // namespace strobe::analyze
