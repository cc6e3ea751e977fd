#include "analyze/tool_names.h"

#include <algorithm>

namespace strobe::analyze {

using Node = ContextTree::Node;

ToolNames::ToolNames(const SessionView& session) : session_(session) {
  for (size_t node = 1; node < session.contexts.bodies.size(); ++node) add(static_cast<Node>(node));
  add_spans();
}

ToolNames::ToolNames(const SessionView& session, Node body) : session_(session) {
  const ContextTree& bodies = session.contexts.bodies;
  std::vector<Node> path;
  for (Node node = body; node != ContextTree::k_empty; node = bodies.parent(node)) path.push_back(node);
  for (auto node = path.rbegin(); node != path.rend(); ++node) add(*node);
  add_spans();
}

void ToolNames::add(Node node) {
  const int32_t message = session_.contexts.bodies.message(node);
  for (const Part& part : session_.contexts.messages[message].message.parts) {
    if (part.type != PartType::tool_call || part.id.empty() || part.name.empty()) continue;
    Calls& calls = by_id_[part.id];
    calls.is_one_name = calls.is_one_name && (calls.calls.empty() || calls.calls.front().name == part.name);
    calls.calls.push_back({node, part.name});
  }
}

void ToolNames::add_spans() {
  for (const SpanView& span : session_.spans) {
    const SpanFacts& facts = span.span.facts;
    if (facts.kind == Kind::tool && !facts.tool_call_id.empty() && !facts.tool_name.empty())
      of_span_.try_emplace(facts.tool_call_id, facts.tool_name);
  }
}

std::string_view ToolNames::name_before(const Calls& calls, Node node) const {
  if (calls.is_one_name) return calls.calls.front().name;
  // Some frameworks count their ids from 0 in every turn: the nearest call above. Parents have smaller numbers, so it
  // is among the calls before the node; whoever gives a thousand branches the same id is not followed through all of
  // them.
  constexpr int k_tries_max = 64;
  auto at = std::ranges::upper_bound(calls.calls, node, {}, &Call::node);
  for (int tries = 0; at != calls.calls.begin() && tries < k_tries_max; ++tries) {
    --at;
    if (session_.contexts.bodies.begins_with(node, at->node)) return at->name;
  }
  return {};
}

std::string_view ToolNames::name_of(const Part& result, Node node) const {
  if (const auto calls = by_id_.find(result.id); calls != by_id_.end() && !result.id.empty()) {
    const std::string_view name = name_before(calls->second, node);
    if (!name.empty()) return name;
  }
  if (!result.name.empty()) return result.name;
  const auto span = of_span_.find(result.id);
  return span != of_span_.end() && !result.id.empty() ? span->second : std::string_view("unknown");
}

}  // namespace strobe::analyze
