#include "model/tree_order.h"

namespace strobe {

TreeOrder order_of(const ContextTree& tree) {
  const auto nodes = static_cast<int32_t>(tree.size());
  TreeOrder order{.place = std::vector<int32_t>(nodes, 0), .size = std::vector<int32_t>(nodes, 1)};
  for (int32_t node = nodes - 1; node > 0; --node) order.size[tree.parent(node)] += order.size[node];
  std::vector<int32_t> next(nodes, 1);  // where the next child goes
  for (int32_t node = 1; node < nodes; ++node) {
    int32_t& free = next[tree.parent(node)];
    order.place[node] = free;
    next[node] = free + 1;
    free += order.size[node];
  }
  return order;
}

}  // namespace strobe
