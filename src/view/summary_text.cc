#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "view/session_text.h"
#include "view/table.h"

namespace strobe::view {

namespace {

Color color_of(SessionStatus status) {
  switch (status) {
    case SessionStatus::ok: return Color::green;
    case SessionStatus::error: return Color::red;
    case SessionStatus::running: return Color::cyan;
    case SessionStatus::cancelled: return Color::yellow;
    case SessionStatus::unknown: break;
  }
  return Color::dim;
}

void add_line(std::string& out, std::string_view label, std::string_view value) {
  if (value.empty()) return;
  out += "  " + padded(label, 15) + std::string(value) + "\n";
}

std::string joined(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts) out += (out.empty() ? "" : ", ") + text;
  return out;
}

std::string percent(int64_t part, int64_t whole) {
  if (whole == 0) return "-";
  // A double, for a trace may lie about its tokens in numbers whose product with 100 does not fit.
  return std::to_string(std::lround(100.0 * static_cast<double>(part) / static_cast<double>(whole))) + "%";
}

std::string tokens_section(const SessionSummary& summary) {
  const Usage& usage = summary.usage;
  std::string out = "\nTokens\n";
  add_line(out, "Input:", count(usage.total_input()) + "   (uncached " + count(usage.input) + ", cache read " +
                              count(usage.cache_read) + ", cache write " + count(usage.cache_write) + ")");
  add_line(out, "Output:", count(usage.output + usage.reasoning) + "   (visible " + count(usage.output) + ", reasoning " +
                               count(usage.reasoning) + ")");
  add_line(out, "Cache hit:", percent(usage.cache_read, usage.total_input()));
  std::string cost = std::string(name_of(summary.cost_kind));
  if (summary.cost_kind != CostKind::unpriced) cost = money(summary.cost_pico_usd) + "   (" + cost + ")";
  add_line(out, "Cost:", cost);
  return out;
}

struct ToolTotals {
  int64_t calls = 0;
  int64_t failed = 0;
  DurationNs total;
};

std::string tools_section(const SessionView& view, const TextStyle& style) {
  std::map<std::string, ToolTotals> tools;
  for (const SpanView& span : view.spans) {
    const SpanFacts& facts = span.span.facts;
    if (facts.kind != Kind::tool) continue;
    ToolTotals& totals = tools[facts.tool_name.empty() ? facts.name : facts.tool_name];
    ++totals.calls;
    totals.failed += facts.status == SpanStatus::error ? 1 : 0;
    if (__builtin_add_overflow(totals.total.ns, facts.duration().ns, &totals.total.ns)) {
      totals.total.ns = std::numeric_limits<int64_t>::max();
    }
  }
  if (tools.empty()) return {};
  std::vector<std::pair<std::string, ToolTotals>> sorted(tools.begin(), tools.end());
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.second.calls > b.second.calls; });
  std::vector<std::vector<std::string>> rows;
  for (const auto& [name, totals] : sorted) {
    rows.push_back({"  " + name, count(totals.calls), count(totals.failed), duration(totals.total)});
  }
  return "\n" + render_table({{"Tools", false, true}, {"calls", true}, {"failed", true}, {"time", true}}, rows, style);
}

}  // namespace

std::string session_summary_text(const SessionView& view, const TextStyle& style) {
  const SessionSummary& summary = view.summary;
  const int value_width = style.width > 0 ? std::max(20, style.width - 17) : 0;
  std::string out = colored(style, Color::bold, "Session " + summary.id.hex().substr(0, 12)) + "  " +
                    colored(style, color_of(summary.status), name_of(summary.status)) + "\n";
  add_line(out, "Task:", fit(safe(summary.task), value_width));
  add_line(out, "Agent:", fit(safe(summary.agent), value_width));
  add_line(out, "Service:", fit(safe(summary.service), value_width));
  add_line(out, "Key:", fit(safe(summary.key), value_width));
  add_line(out, "Models:", fit(safe(joined(summary.models)), value_width));
  add_line(out, "Started:", timestamp(summary.start) + " UTC");
  add_line(out, "Duration:", duration(summary.end - summary.start));
  add_line(out, "Steps:", count(summary.steps));
  add_line(out, "LLM calls:", count(summary.llm_calls));
  add_line(out, "Tool calls:", count(summary.tool_calls));
  add_line(out, "Errors:", colored(style, summary.errors > 0 ? Color::red : Color::plain, count(summary.errors)));
  out += tokens_section(summary);
  out += tools_section(view, style);
  if (summary.llm_calls == 0) out += "\nNo LLM call was recorded: " + count(summary.spans) + " spans arrived.\n";
  return out;
}

}  // namespace strobe::view
