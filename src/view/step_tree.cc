#include "view/step_tree.h"

#include <set>
#include <unordered_map>
#include <utility>

namespace strobe::view {

StepTree::StepTree(const SessionView& view, const std::vector<bool>& in_excerpt)
    : view_(view),
      kept_(view.spans.size(), false),
      is_cut_cycle_(view.spans.size(), false),
      orphan_group_(view.spans.size(), -1),
      call_of_tool_(view.spans.size(), -1),
      tools_of_call_(view.spans.size()) {
  keep_ancestors(in_excerpt);
  group_orphans();
  find_cut_cycles();
  group_tools();
}

void StepTree::keep_ancestors(const std::vector<bool>& in_excerpt) {
  for (size_t i = 0; i < view_.spans.size(); ++i) {
    if (!in_excerpt[i]) continue;
    for (auto at = static_cast<int32_t>(i); at >= 0 && !kept_[at]; at = view_.spans[at].parent) kept_[at] = true;
  }
}

void StepTree::group_orphans() {
  std::unordered_map<std::string, int32_t> group_of;
  for (size_t i = 0; i < view_.spans.size(); ++i) {
    const SpanView& span = view_.spans[i];
    if (!span.parent_missing || span.parent >= 0) continue;
    const SpanFacts& facts = span.span.facts;
    const auto [at, is_new] =
        group_of.try_emplace(facts.trace_id.hex() + facts.parent_span_id.hex(), static_cast<int32_t>(orphans_.size()));
    if (is_new) orphans_.emplace_back();
    orphan_group_[i] = at->second;
    orphans_[at->second].push_back(static_cast<int32_t>(i));
  }
}

void StepTree::find_cut_cycles() {
  // A span that names a parent and stands at the root all the same: its parent is in another session, or below it.
  std::vector<int32_t> without_parent;
  for (size_t i = 0; i < view_.spans.size(); ++i) {
    const SpanView& span = view_.spans[i];
    if (span.parent < 0 && !span.parent_missing && !span.span.facts.parent_span_id.is_zero())
      without_parent.push_back(static_cast<int32_t>(i));
  }
  if (without_parent.empty()) return;
  std::set<std::pair<TraceId, SpanId>> here;
  for (const SpanView& span : view_.spans) here.emplace(span.span.facts.trace_id, span.span.facts.span_id);
  for (const int32_t i : without_parent) {
    const SpanFacts& facts = view_.spans[i].span.facts;
    is_cut_cycle_[i] = here.contains({facts.trace_id, facts.parent_span_id});
  }
}

bool StepTree::are_siblings(int32_t a, int32_t b) const {
  return view_.spans[a].parent == view_.spans[b].parent && orphan_group_[a] == orphan_group_[b];
}

void StepTree::group_tools() {
  std::unordered_map<int32_t, int32_t> call_of_step;
  for (size_t i = 0; i < view_.spans.size(); ++i) {
    if (view_.spans[i].is_llm_call) call_of_step.try_emplace(view_.spans[i].step, static_cast<int32_t>(i));
  }
  for (size_t i = 0; i < view_.spans.size(); ++i) {
    const SpanView& span = view_.spans[i];
    if (span.span.facts.kind != Kind::tool || span.step <= 0 || !kept_[i]) continue;
    const auto found = call_of_step.find(span.step);
    const auto tool = static_cast<int32_t>(i);
    if (found == call_of_step.end() || (span.parent != found->second && !are_siblings(tool, found->second))) continue;
    call_of_tool_[i] = found->second;
    tools_of_call_[found->second].push_back(tool);
  }
}

std::vector<TreeNode> StepTree::nodes_of(const std::vector<int32_t>& spans) const {
  std::vector<TreeNode> nodes;
  for (const int32_t i : spans) {
    if (!kept_[i] || call_of_tool_[i] >= 0) continue;
    const bool is_step = view_.spans[i].is_llm_call;
    nodes.push_back({is_step ? TreeNode::Type::step : TreeNode::Type::span, i});
  }
  return nodes;
}

std::vector<TreeNode> StepTree::roots() const {
  std::vector<int32_t> roots;
  for (size_t i = 0; i < view_.spans.size(); ++i) {
    if (view_.spans[i].parent < 0 && orphan_group_[i] < 0) roots.push_back(static_cast<int32_t>(i));
  }
  std::vector<TreeNode> nodes = nodes_of(roots);
  for (const std::vector<int32_t>& orphans : orphans_) {
    bool is_kept = false;
    for (const int32_t orphan : orphans) is_kept = is_kept || kept_[orphan];
    if (is_kept) nodes.push_back({TreeNode::Type::missing_parent, orphans.front()});
  }
  return nodes;
}

std::vector<TreeNode> StepTree::children_of(const TreeNode& node) const {
  using Type = TreeNode::Type;
  switch (node.type) {
    case Type::span:
    case Type::request: return nodes_of(view_.spans[node.span].children);
    case Type::response: return {};
    case Type::missing_parent: return nodes_of(orphans_[orphan_group_[node.span]]);
    case Type::tools: {
      std::vector<TreeNode> tools;
      for (const int32_t tool : tools_of_call_[node.span]) tools.push_back({Type::span, tool});
      return tools;
    }
    case Type::step: break;
  }
  std::vector<TreeNode> parts = {{Type::request, node.span}, {Type::response, node.span}};
  if (!tools_of_call_[node.span].empty()) parts.push_back({Type::tools, node.span});
  return parts;
}

}  // namespace strobe::view
