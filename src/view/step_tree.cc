#include "view/step_tree.h"

#include <unordered_map>
#include <utility>

namespace strobe::view {

StepTree::StepTree(const SessionView& view, const std::vector<bool>& in_excerpt)
    : view_(view),
      kept_(view.spans.size(), false),
      links_(broken_links_of(view)),
      call_of_tool_(view.spans.size(), -1),
      tools_of_call_(view.spans.size()) {
  keep_ancestors(in_excerpt);
  group_tools();
}

void StepTree::keep_ancestors(const std::vector<bool>& in_excerpt) {
  for (size_t i = 0; i < view_.spans.size(); ++i) {
    if (!in_excerpt[i]) continue;
    for (auto at = static_cast<int32_t>(i); at >= 0 && !kept_[at]; at = view_.spans[at].parent) kept_[at] = true;
  }
}

bool StepTree::are_siblings(int32_t a, int32_t b) const {
  return view_.spans[a].parent == view_.spans[b].parent && links_.orphan_group[a] == links_.orphan_group[b];
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
    if (view_.spans[i].parent < 0 && links_.orphan_group[i] < 0) roots.push_back(static_cast<int32_t>(i));
  }
  std::vector<TreeNode> nodes = nodes_of(roots);
  for (const std::vector<int32_t>& orphans : links_.orphans) {
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
    case Type::missing_parent: return nodes_of(links_.waiting_with(node.span));
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
