#include "model/lineage.h"

namespace strobe {

// From the roots down: a parent may start after its child, so that the order of the spans does not help.
Lineage lineage_of(const SessionView& session) {
  const size_t count = session.spans.size();
  const std::vector<int32_t> none(count, -1);
  const std::vector<int32_t> zero(count, 0);
  Lineage lineage{.depth = zero, .agent = none, .tool = none, .block_depth = zero};
  std::vector<int32_t> waiting;
  for (size_t i = 0; i < count; ++i) {
    if (session.spans[i].parent < 0) waiting.push_back(static_cast<int32_t>(i));
  }
  while (!waiting.empty()) {
    const int32_t at = waiting.back();
    waiting.pop_back();
    const Kind kind = session.spans[at].span.facts.kind;
    const bool is_agent = kind == Kind::agent;
    const bool is_sub_agent = is_agent && lineage.agent[at] >= 0;
    const int32_t tool_of_children = is_agent ? -1 : kind == Kind::tool ? at : lineage.tool[at];
    for (const int32_t child : session.spans[at].children) {
      lineage.depth[child] = lineage.depth[at] + 1;
      lineage.agent[child] = is_agent ? at : lineage.agent[at];
      lineage.tool[child] = tool_of_children;
      lineage.block_depth[child] = lineage.block_depth[at] + (is_sub_agent ? 1 : 0);
      waiting.push_back(child);
    }
  }
  return lineage;
}

}  // namespace strobe
