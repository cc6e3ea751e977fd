#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/session.h"
#include "view/broken_links.h"

namespace strobe::view {

// A node of the drawn tree: a span, or one of the headings that group a step.
struct TreeNode {
  enum class Type : uint8_t { span, step, request, response, tools, missing_parent };
  Type type = Type::span;
  int32_t span = -1;  // the span; of a step and what is in it the LLM call; of missing_parent the first orphan
};

// The spans of a session grouped by steps: beside each other under one parent, an LLM call and the tools it asked for
// become one step. Whatever stands elsewhere stays where it is. Children are worked out when asked for, in time linear
// in their number.
class StepTree {
 public:
  StepTree(const SessionView& view, const std::vector<bool>& in_excerpt);

  // Roots, then one missing_parent node for each parent that has not arrived.
  std::vector<TreeNode> roots() const;
  std::vector<TreeNode> children_of(const TreeNode& node) const;
  bool is_grouped(int32_t tool) const { return call_of_tool_[tool] >= 0; }
  const BrokenLinks& links() const { return links_; }

 private:
  void group_tools();
  void keep_ancestors(const std::vector<bool>& in_excerpt);
  bool are_siblings(int32_t a, int32_t b) const;
  std::vector<TreeNode> nodes_of(const std::vector<int32_t>& spans) const;

  const SessionView& view_;
  std::vector<bool> kept_;
  const BrokenLinks links_;
  std::vector<int32_t> call_of_tool_;  // by span, -1: in no step's group
  std::vector<std::vector<int32_t>> tools_of_call_;
};

}  // namespace strobe::view
