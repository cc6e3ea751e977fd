#include "analyze/path_weights.h"

// A call adds its plain price to its whole path. Where a cheaper part ends, the difference is added to the path up to
// there; the message in which it ends gets its share of the difference by itself. Summing up from the leaves then gives
// every message what all calls added.

namespace strobe::analyze {

PathWeight& PathWeight::operator+=(const PathWeight& other) {
  tokens += other.tokens;
  pico_usd += other.pico_usd;
  calls += other.calls;
  partial += other.partial;
  unpriced += other.unpriced;
  return *this;
}

PathWeights::PathWeights(const ContextTree& tree, const std::vector<int64_t>& estimates)
    : tree_(tree), estimates_(estimates), until_(tree.size(), 0), of_path_(tree.size()), of_node_(tree.size(), 0) {
  for (size_t i = 1; i < tree.size(); ++i) {
    const auto node = static_cast<ContextTree::Node>(i);
    until_[i] = until_[tree.parent(node)] + estimates[tree.message(node)];
  }
}

void PathWeights::add(ContextTree::Node node, int64_t before, const PricedInput& input) {
  const auto [read, written, plain] = input.pico_usd;
  of_path_[node] += {.tokens = input.factor,
                     .pico_usd = input.factor * plain,
                     .calls = 1,
                     .partial = input.is_partial ? 1 : 0,
                     .unpriced = input.is_unpriced ? 1 : 0};
  add_boundary(node, before, input.write_end, input.factor, written - plain);
  add_boundary(node, before, input.read_end, input.factor, read - written);
}

void PathWeights::add_boundary(ContextTree::Node node, int64_t before, double end, double factor, double more) {
  if (more == 0) return;
  const auto end_of = [&](ContextTree::Node at) { return static_cast<double>(before + until_[at]); };
  const ContextTree::Node last = tree_.last_where(node, [&](ContextTree::Node at) { return end_of(at) <= end; });
  of_path_[last].pico_usd += factor * more;
  if (last == node || end <= end_of(last)) return;
  const ContextTree::Node divided = tree_.first(node, tree_.depth(last) + 1);
  of_node_[divided] += (end - end_of(last)) * factor * more;
}

std::vector<PathWeight> PathWeights::sums() const {
  std::vector<PathWeight> sums = of_path_;
  for (auto node = static_cast<ContextTree::Node>(tree_.size()) - 1; node > 0; --node) {
    sums[tree_.parent(node)] += sums[node];
    const auto tokens = static_cast<double>(estimates_[tree_.message(node)]);
    sums[node].tokens *= tokens;
    sums[node].pico_usd = sums[node].pico_usd * tokens + of_node_[node];
  }
  return sums;
}

}  // namespace strobe::analyze
