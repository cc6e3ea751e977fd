#include "analyze/path_sum.h"

#include <algorithm>

#include "base/saturated.h"

namespace strobe::analyze {

int32_t root_of(const TimeTree& tree) {
  const auto roots = tree.by_start(tree.session);
  return roots.empty() ? -1 : *std::ranges::min_element(roots, {}, [&](int32_t root) {
    return std::pair(tree.nodes[root].start, root);
  });
}

PathSum path_sum_of(const SessionView& session, const TimeTree& tree) {
  PathSum best;
  const int32_t root = root_of(tree);
  if (root < 0) return best;
  std::vector<int64_t> below(tree.nodes.size(), 0);  // the best sum below each
  std::vector<int32_t> next(tree.nodes.size(), -1);  // its first span
  const auto sum_from = [&](int32_t span) {
    return add_saturated(session.spans[span].span.facts.duration().ns, below[span]);
  };
  const auto offer = [&](int32_t parent, int32_t child) {
    const int64_t sum = sum_from(child);
    const bool is_tie = next[parent] >= 0 && sum == below[parent];
    if (sum > below[parent] || (is_tie && child < next[parent])) {
      below[parent] = sum;
      next[parent] = child;
    }
  };
  for (size_t i = tree.order.size(); i > 1; --i) {
    const int32_t at = tree.order[i - 1];
    const int32_t parent = tree.nodes[at].parent;
    if (parent != tree.session) offer(parent, at);
  }
  for (const int32_t other : tree.by_start(tree.session)) {
    if (other != root) offer(root, other);
  }
  best.sum_ns = sum_from(root);
  if (best.sum_ns == 0) return best;
  for (int32_t at = root; at >= 0; at = next[at]) best.path.push_back(at);
  return best;
}

}  // namespace strobe::analyze
