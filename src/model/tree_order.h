#pragma once

#include <cstdint>
#include <vector>

#include "model/context_tree.h"

namespace strobe {

// The places of a tree's nodes in a walk from the root: each node is followed by all lists that begin with it. What
// shares the longest beginning with a list so stands next to it among any others, on one side or the other.
struct TreeOrder {
  std::vector<int32_t> place;  // of each node
  std::vector<int32_t> size;   // how many lists begin with it, itself among them

  // Whether list `node` begins with `beginning`. O(1).
  bool begins_with(ContextTree::Node node, ContextTree::Node beginning) const {
    return place[node] >= place[beginning] && place[node] < place[beginning] + size[beginning];
  }
};

// Linear.
TreeOrder order_of(const ContextTree& tree);

}  // namespace strobe
