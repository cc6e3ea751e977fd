#include "analyze/rules/rewrites.h"

#include "analyze/estimate.h"
#include "analyze/find_call.h"
#include "analyze/rules/support.h"

namespace strobe::analyze {

namespace {

// For each node the tokens of its whole list.
std::vector<int64_t> tokens_of_nodes(const SessionContexts& contexts) {
  const std::vector<int64_t> tokens = estimated_tokens(contexts);
  std::vector<int64_t> sums(contexts.bodies.size());
  for (size_t i = 1; i < sums.size(); ++i) {
    const auto node = static_cast<ContextTree::Node>(i);
    sums[i] = add_saturated(sums[contexts.bodies.parent(node)], tokens[contexts.bodies.message(node)]);
  }
  return sums;
}

}  // namespace

bool Rewrite::is_shorter_by(int64_t percent) const {
  return tokens_after < tokens_before && !is_above_percent(tokens_after, tokens_before, 100 - percent);
}

std::vector<Rewrite> rewrites_of(const SessionView& session, const CacheReport& cache) {
  std::vector<Rewrite> rewrites;
  const SessionContexts& contexts = session.contexts;
  if (!contexts.is_loaded || session.lanes.empty()) return rewrites;
  const std::vector<int64_t> tokens = tokens_of_nodes(contexts);
  for (const CachePair& pair : cache.pairs) {
    if (!has_whole_context(session, pair.before) || !has_whole_context(session, pair.span)) continue;
    const ContextTree::Node from = contexts.contexts[contexts.of_span[pair.before]].body;
    const ContextTree::Node to = contexts.contexts[contexts.of_span[pair.span]].body;
    const ContextTree::Node common = contexts.bodies.common(from, to);
    if (common == from) continue;
    rewrites.push_back({.pair = &pair,
                        .tokens_before = tokens[from],
                        .tokens_after = tokens[to],
                        .tokens_gone = tokens[from] - tokens[common],
                        .message = contexts.bodies.depth(common)});
  }
  return rewrites;
}

}  // namespace strobe::analyze
