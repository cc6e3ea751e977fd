#include "analyze/tool_names.h"

#include <algorithm>

namespace strobe::analyze {

using Node = ContextTree::Node;

ToolNames::ToolNames(const SessionView& session) : session_(session) {
  std::vector<Node> nodes;
  nodes.reserve(session.contexts.bodies.size());
  for (size_t node = 1; node < session.contexts.bodies.size(); ++node) nodes.push_back(static_cast<Node>(node));
  add(nodes);
}

ToolNames::ToolNames(const SessionView& session, Node body) : session_(session) {
  const ContextTree& bodies = session.contexts.bodies;
  std::vector<Node> path;
  for (Node node = body; node != ContextTree::k_empty; node = bodies.parent(node)) path.push_back(node);
  std::ranges::reverse(path);
  add(path);
}

void ToolNames::add(const std::vector<Node>& nodes) {
  const auto for_each_call = [&](const auto& use) {
    for (const Node node : nodes) {
      const int32_t message = session_.contexts.bodies.message(node);
      for (const Part& part : session_.contexts.messages[message].message.parts) {
        if (part.type == PartType::tool_call && !part.id.empty() && !part.name.empty()) use(node, part);
      }
    }
  };
  for_each_call([this](Node, const Part& call) {
    Named& known = named(call.id);
    if (known.call.empty()) known.call = call.name;
    if (known.call == call.name || known.list >= 0) return;
    known.list = static_cast<int32_t>(lists_.size());
    lists_.emplace_back();
  });
  if (!lists_.empty()) {
    for_each_call([this](Node node, const Part& call) {
      const int32_t list = named(call.id).list;
      if (list >= 0) lists_[list].push_back({node, call.name});
    });
  }
  for (const SpanView& span : session_.spans) {
    const SpanFacts& facts = span.span.facts;
    if (facts.kind != Kind::tool || facts.tool_call_id.empty() || facts.tool_name.empty()) continue;
    Named& known = named(facts.tool_call_id);
    if (known.span.empty()) known.span = facts.tool_name;
  }
}

ToolNames::Named& ToolNames::named(std::string_view id) {
  const int32_t number = ids_.add(id);
  if (ids_.size() > named_.size()) named_.emplace_back();
  return named_[number];
}

std::string_view ToolNames::name_before(const std::vector<Call>& calls, Node node) const {
  // Some frameworks count their ids from 0 in every turn: the nearest call above. Parents have smaller numbers, so it
  // is among the calls before the node; whoever gives a thousand branches the same id is not followed through all of
  // them.
  constexpr int k_tries_max = 64;
  auto at = std::ranges::upper_bound(calls, node, {}, &Call::node);
  for (int tries = 0; at != calls.begin() && tries < k_tries_max; ++tries) {
    --at;
    if (session_.contexts.bodies.begins_with(node, at->node)) return at->name;
  }
  return {};
}

std::string_view ToolNames::name_of(const Part& result, Node node) const {
  const int32_t number = result.id.empty() ? -1 : ids_.find(result.id);
  const Named known = number < 0 ? Named() : named_[number];
  const std::string_view name = known.list < 0 ? known.call : name_before(lists_[known.list], node);
  if (!name.empty()) return name;
  if (!result.name.empty()) return result.name;
  return known.span.empty() ? std::string_view("unknown") : known.span;
}

}  // namespace strobe::analyze
