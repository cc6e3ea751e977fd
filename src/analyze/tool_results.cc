#include "analyze/tool_results.h"

#include <algorithm>

namespace strobe::analyze {

namespace {

std::string_view call_id_of(const SpanView& tool) {
  const std::string& id = tool.span.facts.tool_call_id;
  if (!id.empty()) return id;
  return tool.span.tool ? tool.span.tool->call_id : std::string_view();
}

// `spans` are by start, and so by index.
int32_t last_before(const std::vector<int32_t>& spans, int32_t carrier) {
  const auto after = std::ranges::lower_bound(spans, carrier);
  return after == spans.begin() ? -1 : *(after - 1);
}

}  // namespace

ToolResults::ToolResults(const SessionView& session, const Shape& shape) : session_(session) {
  ids_.reserve(shape.tools.size());
  calls_.reserve(shape.tools.size());
  for (const int32_t tool : shape.tools) {
    const std::string_view id = call_id_of(session.spans[tool]);
    if (!id.empty()) add(id, tool);
  }
}

void ToolResults::add(std::string_view call_id, int32_t tool) {
  const auto number = static_cast<size_t>(ids_.add(call_id));
  if (number == calls_.size()) {
    calls_.push_back({.only = tool});
    return;
  }
  Calls& calls = calls_[number];
  if (calls.only >= 0) {
    calls.number = static_cast<int32_t>(lists_.size());
    add(lists_.emplace_back(), calls.only);
    calls.only = -1;
  }
  add(lists_[calls.number], tool);
}

void ToolResults::add(Lists& lists, int32_t tool) const {
  lists.all.push_back(tool);
  const int32_t lane = session_.spans[tool].lane;
  if (lane != 0) lists.by_lane[lane].push_back(tool);
}

int32_t ToolResults::span_of(std::string_view call_id, int32_t carrier) const {
  const int32_t number = call_id.empty() ? -1 : ids_.find(call_id);
  if (number < 0) return -1;
  const Calls& calls = calls_[number];
  if (calls.only >= 0) return calls.only < carrier ? calls.only : -1;
  const Lists& lists = lists_[calls.number];
  const auto own = lists.by_lane.find(session_.spans[carrier].lane);
  const int32_t last = own == lists.by_lane.end() ? -1 : last_before(own->second, carrier);
  return last >= 0 ? last : last_before(lists.all, carrier);
}

}  // namespace strobe::analyze
