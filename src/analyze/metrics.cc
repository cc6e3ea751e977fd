#include "analyze/metrics.h"

#include <algorithm>
#include <tuple>
#include <unordered_map>

#include "analyze/rules/support.h"
#include "analyze/shape.h"
#include "base/saturated.h"
#include "model/lineage.h"

namespace strobe::analyze {

double SessionMetrics::cache_hit_percent() const {
  const int64_t input = usage.total_input();
  return input <= 0 ? 0 : 100.0 * static_cast<double>(usage.cache_read) / static_cast<double>(input);
}

int64_t main_steps_of(const SessionView& session) {
  const std::vector<int32_t> agent_of = lineage_of(session).agent;
  const auto is_step = [](const SpanView& span) { return span.is_llm_call && span.step > 0; };
  std::vector<bool> takes_steps(session.spans.size());
  for (size_t i = 0; i < session.spans.size(); ++i) {
    if (is_step(session.spans[i]) && agent_of[i] >= 0) takes_steps[agent_of[i]] = true;
  }
  enum class Place : uint8_t { unknown, main, inside };
  std::vector<Place> places(session.spans.size());
  std::vector<int32_t> way;
  const auto place_of = [&](int32_t agent) {
    Place place = Place::main;
    for (int32_t at = agent; at >= 0; at = agent_of[at]) {
      if (places[at] != Place::unknown) {
        place = places[at];
        break;
      }
      way.push_back(at);
    }
    // From the outermost agent inwards.
    for (; !way.empty(); way.pop_back()) {
      const int32_t above = agent_of[way.back()];
      if (above >= 0 && takes_steps[above]) place = Place::inside;
      places[way.back()] = place;
    }
    return place;
  };
  int64_t steps = 0;
  for (size_t i = 0; i < session.spans.size(); ++i) {
    if (is_step(session.spans[i]) && place_of(agent_of[i]) == Place::main) ++steps;
  }
  return steps;
}

SessionMetrics metrics_of(const SessionView& session) {
  const SessionSummary& summary = session.summary;
  SessionMetrics metrics{.iterations = main_steps_of(session),
                         .steps = summary.steps,
                         .llm_calls = summary.llm_calls,
                         .tool_calls = summary.tool_calls,
                         .errors = summary.errors,
                         .usage = summary.usage,
                         .tells_of_cache = tells_of_cache(session),
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
    tool.not_ended += span.span.facts.end.ns == 0 ? 1 : 0;
    const DurationNs duration = span.span.facts.duration();
    tool.longest = std::max(tool.longest, duration);
    add_to(tool.total.ns, duration.ns);
  }
  std::ranges::sort(metrics.tools, [](const ToolMetrics& a, const ToolMetrics& b) {
    return std::tie(b.calls, a.name) < std::tie(a.calls, b.name);
  });
  return metrics;
}

}  // namespace strobe::analyze
