#include "view/lineage.h"

namespace strobe::view {

Lineage lineage_of(const SessionView& view) {
  const size_t spans = view.spans.size();
  Lineage lineage{std::vector<int32_t>(spans, 0), std::vector<int32_t>(spans, -1), std::vector<int32_t>(spans, 0)};
  std::vector<int32_t> stack;
  for (size_t i = 0; i < spans; ++i) {
    if (view.spans[i].parent < 0) stack.push_back(static_cast<int32_t>(i));
  }
  while (!stack.empty()) {
    const int32_t at = stack.back();
    stack.pop_back();
    const bool is_agent = view.spans[at].span.facts.kind == Kind::agent;
    const bool is_sub_agent = is_agent && lineage.agent[at] >= 0;
    for (const int32_t child : view.spans[at].children) {
      lineage.depth[child] = lineage.depth[at] + 1;
      lineage.agent[child] = is_agent ? at : lineage.agent[at];
      lineage.block_depth[child] = lineage.block_depth[at] + (is_sub_agent ? 1 : 0);
      stack.push_back(child);
    }
  }
  return lineage;
}

}  // namespace strobe::view
