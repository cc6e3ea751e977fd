#include <algorithm>
#include <numeric>

#include "view/answers/cache_phrases.h"
#include "view/answers/context.h"
#include "view/answers/context_phrases.h"
#include "view/answers/headings.h"
#include "view/phrases.h"
#include "view/table.h"

namespace strobe::view {

namespace {

using analyze::CacheCause;
using analyze::CacheCauseSum;
using analyze::CachePair;
using analyze::CacheReport;
using analyze::CacheSeverity;
using Row = std::vector<std::string>;

constexpr size_t k_pairs_shown_max = 20;

std::string head_of(const CacheReport& report, const TextStyle& style) {
  const auto calls = static_cast<int64_t>(report.pairs.size()) + report.first_calls;
  std::string out = "Context Cache: " + amount(calls, "call") + " in " + amount(report.first_calls, "lane");
  if (report.total_input == 0) return out + "  |  no token counts\n";
  out += "  |  " + percent(report.cache_read, report.total_input) + " of " + count(report.total_input) +
         " input tokens came from the cache";
  return paragraph(out, style);
}

// Numbers of causes: what cost most first, then what came up most often.
std::vector<size_t> causes_in_order(const CacheReport& report) {
  std::vector<size_t> order(report.by_cause.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::erase_if(order, [&](size_t cause) { return report.by_cause[cause].pairs == 0; });
  std::ranges::stable_sort(order, [&](size_t a, size_t b) {
    const CacheCauseSum &first = report.by_cause[a], &second = report.by_cause[b];
    return std::tuple(-first.avoidable_tokens, -first.lost_tokens, -first.pairs) <
           std::tuple(-second.avoidable_tokens, -second.lost_tokens, -second.pairs);
  });
  return order;
}

std::string causes_table(const CacheReport& report, const TextStyle& style) {
  std::vector<Row> rows;
  for (const size_t cause : causes_in_order(report)) {
    const CacheCauseSum& sum = report.by_cause[cause];
    const bool has_cost = sum.avoidable_tokens > 0;
    const auto tokens = [&](int64_t value) { return report.tells_of_cache ? count(value) : std::string("-"); };
    rows.push_back({std::string(cause_title(static_cast<CacheCause>(cause))),
                    std::string(name_of(severity_of(static_cast<CacheCause>(cause)))), std::to_string(sum.pairs),
                    tokens(sum.lost_tokens), tokens(sum.avoidable_tokens),
                    has_cost ? cost_text(sum.cost.kind(), sum.cost.pico_usd) : "-"});
  }
  return render_table({{"Between two calls", false, true},
                       {"Severity"},
                       {"Times", true},
                       {"Missed", true},
                       {"Avoidable", true},
                       {"Cost", true}},
                      rows, style);
}

std::string pairs_text(const SessionView& session, const CacheReport& report, const TextStyle& style) {
  std::vector<const CachePair*> shown;
  for (const CachePair& pair : report.pairs)
    if (style.verbose || severity_of(pair.cause) >= CacheSeverity::warning) shown.push_back(&pair);
  if (shown.empty()) return "";
  const size_t found = shown.size();
  if (!style.verbose) {
    std::ranges::stable_sort(shown, std::ranges::greater(), &CachePair::avoidable_tokens);
    shown.resize(std::min(shown.size(), k_pairs_shown_max));
    std::ranges::sort(shown);  // as they came
  }
  const bool has_lanes = report.first_calls > 1;
  std::vector<Row> rows;
  for (const CachePair* pair : shown) {
    Row row = {call_name(session.spans[pair->span])};
    if (has_lanes) row.push_back(std::to_string(pair->lane));
    row.push_back(what_happened(*pair));
    row.push_back(pair->has_usage ? percent(pair->cache_read, pair->total_input) : "-");
    row.push_back(pair->avoidable_tokens > 0 ? count(pair->avoidable_tokens) : "-");
    rows.push_back(std::move(row));
  }
  std::vector<Column> columns = {{"Call"}};
  if (has_lanes) columns.push_back({"Lane", true});
  columns.insert(columns.end(), {{"What happened before it", false, true}, {"Hit%", true}, {"Avoidable", true}});
  std::string out =
      "\n" + ruled_heading(style.verbose ? "Calls" : "Breaks", style) + render_table(columns, rows, style);
  if (found > shown.size())
    out += "… " + amount(static_cast<int64_t>(found - shown.size()), "more break") + "; -v prints all\n";
  return out;
}

std::string advice_text(const CacheReport& report, const TextStyle& style) {
  std::string out;
  for (const size_t cause : causes_in_order(report)) {
    const std::string_view advice = cache_advice(static_cast<CacheCause>(cause));
    if (advice.empty()) continue;
    const bool is_recurring = report.by_cause[cause].is_recurring();
    const std::string text = "• " + std::string(cause_title(static_cast<CacheCause>(cause))) +
                             (is_recurring ? " (again and again): " : ": ") + std::string(advice);
    out += paragraph(text, style, {.rest = 2});
  }
  return out.empty() ? "" : "\n" + ruled_heading("Suggestions", style) + out;
}

}  // namespace

std::string context_cache_text(const SessionView& session, const CacheReport& report, const TextStyle& style) {
  if (report.first_calls == 0) return "No call to a model was recorded.\n";
  std::string out = head_of(report, style);
  if (report.pairs.empty())
    return out + "\n" + paragraph("No call follows another one: there is nothing to find in a cache.", style);
  out += "\n" + ruled_heading("Causes", style) + causes_table(report, style);
  out += pairs_text(session, report, style) + advice_text(report, style);
  const int64_t unknown = report.by_cause[static_cast<size_t>(CacheCause::unknown)].pairs;
  if (unknown > 0) {
    out += "\n" + paragraph("Note: of " + amount(unknown, "call") +
                                " or the one before it is not known what it "
                                "saw; -v says why.",
                            style);
  }
  if (!report.tells_of_cache) {
    out += "\n" + paragraph(
                      "Note: no call reports a cache figure, so nobody can say what was missed: there is "
                      "no cache, or its numbers do not arrive.",
                      style);
  }
  return out;
}

}  // namespace strobe::view
