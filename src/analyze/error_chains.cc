#include "analyze/error_chains.h"

#include <algorithm>

#include "analyze/shape.h"

namespace strobe::analyze {

namespace {

bool is_failure(const SpanView& span) { return has_failed(span) && span.duplicate_how == SameCall::no; }

ErrorChain chain_of(const TimeTree& tree, int32_t deepest, int32_t topmost) {
  ErrorChain chain{.path = {}, .deepest = deepest, .topmost = topmost};
  for (int32_t at = deepest; at != tree.session; at = tree.nodes[at].parent) chain.path.push_back(at);
  std::ranges::reverse(chain.path);
  if (chain.path.size() > k_chain_spans_max) {
    constexpr auto k_half = static_cast<std::ptrdiff_t>(k_chain_spans_max / 2);
    chain.path.erase(chain.path.begin() + k_half, chain.path.end() - k_half);
  }
  return chain;
}

}  // namespace

ErrorChains error_chains_of(const SessionView& session, const TimeTree& tree) {
  ErrorChains errors;
  std::vector<int32_t> topmost(session.spans.size(), -1);  // of the failed spans from the root to each
  std::vector<bool> has_failed_child(tree.nodes.size(), false);
  for (const int32_t at : tree.order) {
    if (at == tree.session) continue;
    const int32_t parent = tree.nodes[at].parent;
    if (parent != tree.session) topmost[at] = topmost[parent];
    if (!is_failure(session.spans[at])) continue;
    ++errors.error_spans;
    has_failed_child[parent] = true;
    if (topmost[at] < 0) topmost[at] = at;
  }
  for (int32_t i = 0; i < tree.session; ++i) {
    if (!is_failure(session.spans[i]) || has_failed_child[i]) continue;
    ++errors.total;
    if (errors.chains.size() < k_error_chains_max) errors.chains.push_back(chain_of(tree, i, topmost[i]));
  }
  return errors;
}

}  // namespace strobe::analyze
