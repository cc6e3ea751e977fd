#include "analyze/shape.h"

#include <algorithm>

#include "model/lineage.h"

namespace strobe::analyze {

bool is_tool_call(const SpanView& span) {
  return span.span.facts.kind == Kind::tool && span.duplicate_how == SameCall::no;
}

bool tells_of_cache(const SpanView& call) {
  const Usage& usage = call.span.facts.usage;
  const ReportedUsage& reported = call.span.reported;
  return usage.cache_read > 0 || usage.cache_write > 0 || reported.cache_read || reported.cache_write;
}

bool tells_of_cache(const SessionView& session) {
  return std::ranges::any_of(session.spans, [](const SpanView& span) { return span.counted && tells_of_cache(span); });
}

bool has_failed(const SpanView& span) { return span.span.facts.status == SpanStatus::error; }

TimeNs end_of(const SpanView& span) { return std::max(span.span.facts.start, span.span.facts.end); }

Shape shape_of(const SessionView& session) {
  Shape shape;
  shape.agent_of = lineage_of(session).agent;
  shape.call_of.assign(session.spans.size(), -1);
  for (size_t i = 0; i < session.spans.size(); ++i) {
    const SpanView& span = session.spans[i];
    const auto index = static_cast<int32_t>(i);
    if (span.is_llm_call) {
      shape.calls.push_back(index);
      if (span.step <= 0) continue;
      if (shape.steps.size() < static_cast<size_t>(span.step)) shape.steps.resize(span.step);
      shape.steps[span.step - 1].call = index;
      shape.steps[span.step - 1].agent = shape.agent_of[i];
    } else if (is_tool_call(span)) {
      shape.tools.push_back(index);
    }
  }
  for (size_t i = 0; i < shape.steps.size(); ++i) shape.steps[i].number = static_cast<int32_t>(i) + 1;
  for (const int32_t tool : shape.tools) {
    const int32_t step = session.spans[tool].step;
    if (step <= 0 || static_cast<size_t>(step) > shape.steps.size()) continue;
    shape.steps[step - 1].tools.push_back(tool);
    shape.call_of[tool] = shape.steps[step - 1].call;
  }
  return shape;
}

}  // namespace strobe::analyze
