#include <algorithm>
#include <map>

#include "base/saturated.h"
#include "view/contradictions.h"
#include "view/phrases.h"
#include "view/session_text.h"
#include "view/table.h"

namespace strobe::view {

namespace {

void add_line(std::string& out, std::string_view label, std::string_view value) {
  if (value.empty()) return;
  out += "  " + padded(label, 15) + std::string(value) + "\n";
}

std::string joined(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts) out += (out.empty() ? "" : ", ") + text;
  return out;
}

std::string_view meaning_of(CostKind kind) {
  switch (kind) {
    case CostKind::reported: return "   (reported)";
    case CostKind::computed: return "   (computed from list prices)";
    case CostKind::partial: return "   (partial: a lower bound, for some calls or tokens no price is known)";
    case CostKind::unpriced: break;
  }
  return {};
}

std::string tokens_section(const SessionView& view) {
  const SessionSummary& summary = view.summary;
  const Usage& usage = summary.usage;
  std::string out = "\nTokens\n";
  add_line(out, "Input:",
           count(usage.total_input()) + "   (uncached " + count(usage.input) + ", cache read " +
               count(usage.cache_read) + ", cache write " + count(usage.cache_write) + ")");
  add_line(out, "Output:",
           count(total_output(usage)) + "   (visible " + count(usage.output) + ", reasoning " + count(usage.reasoning) +
               ")");
  add_line(out, "Cache hit:", cache_hit(view));
  add_line(out,
           "Cost:", cost_text(summary.cost_kind, summary.cost_pico_usd) + std::string(meaning_of(summary.cost_kind)));
  return out;
}

// How the sources' numbers became ours, and for how many spans.
std::string rules_section(const SessionView& view) {
  std::map<std::string, int64_t> rules;
  for (const SpanView& span : view.spans) {
    const SpanFacts& facts = span.span.facts;
    if (facts.has_usage)
      ++rules[(facts.usage_rule.empty() ? facts.dialect : facts.usage_rule) + (span.counted ? ""
                                                                               : span.duplicate_how != SameCall::no
                                                                                   ? " (another recording, not counted)"
                                                                                   : " (sums, not counted)")];
  }
  if (rules.empty()) return {};
  std::string out = "\nUsage rules\n";
  for (const auto& [rule, spans] : rules) out += "  " + safe(rule) + ": " + amount(spans, "span") + "\n";
  return out;
}

// Content that did not come with the spans themselves.
std::string logs_section(const SessionView& view) {
  int64_t logs = 0;
  int64_t spans = 0;
  for (const SpanView& span : view.spans) {
    logs += static_cast<int64_t>(span.log_records);
    spans += span.log_records > 0 ? 1 : 0;
  }
  if (logs == 0) return {};
  return "\nLog records\n  " + count(logs) + (logs == 1 ? " tells of " : " tell of ") + amount(spans, "span") + "\n";
}

struct ToolTotals {
  int64_t calls = 0;
  int64_t failed = 0;
  int64_t ended = 0;  // the others' time is not known
  DurationNs total;
};

std::string tools_section(const SessionView& view, const TextStyle& style) {
  std::map<std::string, ToolTotals> tools;
  for (const SpanView& span : view.spans) {
    const SpanFacts& facts = span.span.facts;
    if (facts.kind != Kind::tool || span.duplicate_how != SameCall::no) continue;
    ToolTotals& totals = tools[tool_name_of(facts)];
    ++totals.calls;
    totals.failed += facts.status == SpanStatus::error ? 1 : 0;
    totals.ended += facts.end < facts.start ? 0 : 1;
    add_to(totals.total.ns, facts.duration().ns);
  }
  if (tools.empty()) return {};
  std::vector<std::pair<std::string, ToolTotals>> sorted(tools.begin(), tools.end());
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& a, const auto& b) { return a.second.calls > b.second.calls; });
  std::vector<std::vector<std::string>> rows;
  for (const auto& [name, totals] : sorted) {
    const bool has_time = totals.ended > 0;
    const std::string average = has_time ? duration({totals.total.ns / totals.ended}) : "-";
    rows.push_back(
        {"  " + name, count(totals.calls), count(totals.failed), has_time ? duration(totals.total) : "-", average});
  }
  return "\n" +
         render_table({{"Tools", false, true}, {"calls", true}, {"failed", true}, {"time", true}, {"average", true}},
                      rows, style);
}

}  // namespace

std::string session_summary_text(const SessionView& view, const TextStyle& style, const Found& found) {
  const SessionSummary& summary = view.summary;
  const int value_width = style.width > 0 ? std::max(20, style.width - 17) : 0;
  std::string out = colored(style, Color::bold, "Session " + short_id(summary)) + "  " +
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
  out += tokens_section(view) + contradictions_note(view, style);
  out += tools_section(view, style);
  if (style.verbose) out += rules_section(view) + logs_section(view);
  const std::string notes = content_notes_text(view, style);
  if (!notes.empty()) out += "\n" + notes;
  return out + findings_section(summary, found, style);
}

}  // namespace strobe::view
