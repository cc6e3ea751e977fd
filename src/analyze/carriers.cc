#include "analyze/carriers.h"

#include <algorithm>
#include <climits>

namespace strobe::analyze {

namespace {

constexpr int32_t k_nobody = INT32_MAX;

void take_earlier(FirstCarrier& first, int32_t span, ContextTree::Node node) {
  if (span != k_nobody && (first.span < 0 || span < first.span)) first = {.span = span, .node = node};
}

bool is_in_head(const SessionContexts::Head& head, int32_t message) {
  const auto has = [message](const std::vector<int32_t>& messages) {
    return std::ranges::find(messages, message) != messages.end();
  };
  return has(head.tools) || has(head.system);
}

}  // namespace

std::vector<FirstCarrier> first_carriers_of(const SessionView& session) {
  const SessionContexts& contexts = session.contexts;
  const ContextTree& bodies = contexts.bodies;
  std::vector<int32_t> of_node(bodies.size(), k_nobody);
  std::vector<int32_t> of_head(contexts.heads.size(), k_nobody);
  for (size_t i = 0; i < contexts.of_span.size(); ++i) {
    if (contexts.of_span[i] < 0) continue;
    const SessionContexts::Context& context = contexts.contexts[contexts.of_span[i]];
    const auto span = static_cast<int32_t>(i);
    of_node[context.body] = std::min(of_node[context.body], span);
    of_head[context.head] = std::min(of_head[context.head], span);
  }
  std::vector<FirstCarrier> first(contexts.messages.size());
  for (size_t i = 0; i < contexts.heads.size(); ++i) {
    for (const int32_t message : contexts.heads[i].tools)
      take_earlier(first[message], of_head[i], ContextTree::k_empty);
    for (const int32_t message : contexts.heads[i].system)
      take_earlier(first[message], of_head[i], ContextTree::k_empty);
  }
  for (auto node = static_cast<ContextTree::Node>(bodies.size()) - 1; node > 0; --node) {
    const ContextTree::Node parent = bodies.parent(node);
    of_node[parent] = std::min(of_node[parent], of_node[node]);
    take_earlier(first[bodies.message(node)], of_node[node], node);
  }
  return first;
}

std::vector<int32_t> carriers_of(const SessionView& session, int32_t message) {
  const SessionContexts& contexts = session.contexts;
  const ContextTree& bodies = contexts.bodies;
  std::vector<bool> is_in(bodies.size(), false);  // the list has the message
  for (size_t node = 1; node < bodies.size(); ++node) {
    const auto at = static_cast<ContextTree::Node>(node);
    is_in[node] = is_in[bodies.parent(at)] || bodies.message(at) == message;
  }
  std::vector<bool> is_in_heads;
  is_in_heads.reserve(contexts.heads.size());
  for (const SessionContexts::Head& head : contexts.heads) is_in_heads.push_back(is_in_head(head, message));
  std::vector<int32_t> carriers;
  for (size_t i = 0; i < contexts.of_span.size(); ++i) {
    if (contexts.of_span[i] < 0) continue;
    const SessionContexts::Context& context = contexts.contexts[contexts.of_span[i]];
    if (is_in[context.body] || is_in_heads[context.head]) carriers.push_back(static_cast<int32_t>(i));
  }
  return carriers;
}

}  // namespace strobe::analyze
