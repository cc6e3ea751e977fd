#include "analyze/metrics.h"

#include <algorithm>
#include <limits>
#include <tuple>
#include <unordered_map>

#include "analyze/rules/support.h"

namespace strobe::analyze {

double SessionMetrics::cache_hit_percent() const {
  const int64_t input = usage.total_input();
  return input <= 0 ? 0 : 100.0 * static_cast<double>(usage.cache_read) / static_cast<double>(input);
}

SessionMetrics metrics_of(const SessionView& session) {
  const SessionSummary& summary = session.summary;
  SessionMetrics metrics{.iterations = summary.steps,
                         .llm_calls = summary.llm_calls,
                         .tool_calls = summary.tool_calls,
                         .errors = summary.errors,
                         .usage = summary.usage,
                         .cost_pico_usd = summary.cost_pico_usd,
                         .cost_kind = summary.cost_kind,
                         .duration = std::max(DurationNs{}, summary.end - summary.start)};
  std::unordered_map<std::string_view, size_t> index;
  for (const SpanView& span : session.spans) {
    if (!is_tool_call(span)) continue;
    const auto [found, is_new] = index.emplace(tool_name_of(span), metrics.tools.size());
    if (is_new) metrics.tools.push_back({.name = std::string(found->first)});
    ToolMetrics& tool = metrics.tools[found->second];
    ++tool.calls;
    tool.errors += has_failed(span) ? 1 : 0;
    const DurationNs duration = span.span.facts.duration();
    tool.longest = std::max(tool.longest, duration);
    if (__builtin_add_overflow(tool.total.ns, duration.ns, &tool.total.ns)) {
      tool.total.ns = std::numeric_limits<int64_t>::max();
    }
  }
  std::ranges::sort(metrics.tools, [](const ToolMetrics& a, const ToolMetrics& b) {
    return std::tie(b.calls, a.name) < std::tie(a.calls, b.name);
  });
  return metrics;
}

}  // namespace strobe::analyze
