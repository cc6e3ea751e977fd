#include <algorithm>
#include <cstdio>
#include <set>

#include "analyze/shape.h"
#include "view/contradictions.h"
#include "view/excerpt.h"
#include "view/phrases.h"
#include "view/session_text.h"
#include "view/table.h"
#include "view/token_flow.h"

namespace strobe::view {

namespace {

using Row = std::vector<std::string>;

std::vector<Column> columns_of(bool has_notes, const TextStyle& style) {
  std::vector<Column> columns = {{"Step"},        {"In", true},   {"Out", true},
                                 {"Cache", true}, {"Hit%", true}, {"Cost", true}};
  if (style.verbose)
    columns.insert(columns.end(), {{"Write", true, false, true},
                                   {"Reasoning", true, false, true},
                                   {"Model", false, true, true},
                                   {"Rule", false, true, true}});
  if (has_notes) columns.push_back({"", false, true});
  return columns;
}

// What sets a row apart: whose call it is when there are several agents, that it is no step at all, or that its numbers
// contradict each other.
std::string note_of(const SessionView& view, const TokenRow& row, bool has_agents, bool is_doubtful) {
  const SpanView& span = view.spans[row.span];
  std::string note;
  if (!span.is_llm_call) {
    const bool is_call = span.span.facts.kind == Kind::embedding || span.span.facts.kind == Kind::llm;
    note = (is_call ? "no step: " : "no call, but its sum: ") + label_of(span);
  } else if (!span.span.facts.has_usage) {
    note = "no token counts";
  } else if (span.step == 0) {
    note = "no step";
  }
  if (is_doubtful) note = note.empty() ? "!" : "! " + note;
  if (has_agents && row.agent >= 0) note = subject_of(view.spans[row.agent]) + (note.empty() ? "" : ", " + note);
  return note;
}

// Where no call says anything of a cache, the zeros that were counted are no misses.
std::string hit_text(const Usage& usage, bool tells_of_cache) {
  return tells_of_cache ? percent(usage.cache_read, usage.total_input()) : "-";
}

Row cells_of(const SpanView& span, bool tells_of_cache, const TextStyle& style) {
  const SpanFacts& facts = span.span.facts;
  const Usage& usage = facts.usage;
  const auto number = [&](int64_t value) { return facts.has_usage ? count(value) : std::string("-"); };
  Row row = {span.step > 0 && span.is_llm_call ? std::to_string(span.step) : "-",
             number(usage.total_input()),
             number(total_output(usage)),
             number(usage.cache_read),
             hit_text(usage, tells_of_cache),
             cost_text(facts.cost_kind, facts.cost_pico_usd)};
  if (style.verbose) {
    const std::string& rule = facts.usage_rule.empty() ? facts.dialect : facts.usage_rule;
    row.insert(row.end(), {number(usage.cache_write), number(usage.reasoning), facts.model, rule});
  }
  return row;
}

Row totals_of(const Usage& usage, bool tells_of_cache, const CostSum& cost, size_t columns, const TextStyle& style) {
  Row row = {"Total",
             count(usage.total_input()),
             count(total_output(usage)),
             count(usage.cache_read),
             hit_text(usage, tells_of_cache),
             cost_text(cost.kind(), cost.pico_usd)};
  if (style.verbose) row.insert(row.end(), {count(usage.cache_write), count(usage.reasoning)});
  row.resize(columns);
  return row;
}

// A rule above the last line.
std::string with_rule(const std::string& table) {
  int width = 0;
  for (size_t begin = 0; begin < table.size();) {
    const size_t end = table.find('\n', begin);
    width = std::max(width, display_width(std::string_view(table).substr(begin, end - begin)));
    begin = end + 1;
  }
  std::string rule;
  for (int i = 0; i < width; ++i) rule += "─";
  const size_t last_line = table.rfind('\n', table.size() - 2) + 1;
  return table.substr(0, last_line) + rule + "\n" + table.substr(last_line);
}

// What the marks in the column of costs mean, as far as they occur.
std::string cost_legend(const CostSum& cost) {
  std::string legend;
  if (cost.computed > 0) legend += "~ worked out from list prices. ";
  if (cost.partial > 0 || cost.kind() == CostKind::partial)
    legend += ">= a lower bound: for some tokens or calls no price is known. ";
  if (cost.unpriced > 0) legend += "unpriced: neither told nor known. ";
  if (!legend.empty()) legend = "Cost: " + legend;
  return legend;
}

std::string cache_text(const TokenFlow& flow, const TextStyle& style) {
  std::string out = "Cache Efficiency: ";
  if (flow.rating == CacheRating::not_rated) return paragraph(out + "not rated (" + flow.reason + ")", style);
  const Color color = flow.rating == CacheRating::good   ? Color::green
                      : flow.rating == CacheRating::fair ? Color::yellow
                                                         : Color::red;
  out += colored(style, color, name_of(flow.rating)) + " (" +
         percent(flow.judged.cache_read, flow.judged.total_input()) + " of the input after each agent's first call)\n";
  return out + paragraph("Recommendation: " + flow.recommendation, style);
}

}  // namespace

std::string session_tokens_text(const SessionView& view, const Excerpt& excerpt, const TextStyle& style) {
  const TokenFlow flow = token_flow_of(view);
  std::string out = colored(style, Color::bold, "Token Flow Analysis:") + "\n\n" + excerpt_note(view, excerpt);
  if (flow.rows.empty()) return out + "No call with token counts was recorded.\n" + content_notes_text(view, style);
  std::set<int32_t> agents;
  for (const TokenRow& row : flow.rows) agents.insert(row.agent);
  const bool has_agents = agents.size() > 1;
  const std::vector<bool> in_excerpt = spans_in(view, excerpt);
  std::set<int32_t> doubtful;
  for (const Contradiction& contradiction : view.contradictions) doubtful.insert(contradiction.span);
  std::vector<Row> rows;
  bool has_notes = false;
  int64_t left_out = 0;
  Usage usage;
  CostSum cost;
  const bool tells_of_cache = analyze::tells_of_cache(view);
  for (const TokenRow& row : flow.rows) {
    if (!in_excerpt[row.span]) continue;
    const SpanView& span = view.spans[row.span];
    if (span.counted) {
      usage += span.span.facts.usage;
      cost.add(span.span.facts.cost_kind, span.span.facts.cost_pico_usd);
    }
    if (excerpt.lines_max > 0 && static_cast<int64_t>(rows.size()) >= excerpt.lines_max) {
      ++left_out;
      continue;
    }
    rows.push_back(cells_of(span, tells_of_cache, style));
    rows.back().push_back(note_of(view, row, has_agents, doubtful.contains(row.span)));
    has_notes = has_notes || !rows.back().back().empty();
  }
  const std::vector<Column> columns = columns_of(has_notes, style);
  for (Row& row : rows) row.resize(columns.size());
  if (left_out > 0) {
    Row row(columns.size());
    row.front() = "…";
    rows.push_back(std::move(row));
  }
  rows.push_back(totals_of(usage, tells_of_cache, cost, columns.size(), style));
  out += with_rule(render_table(columns, rows, style)) + "\n";
  if (left_out > 0)
    out += "… " + count(left_out) + " more rows, in the total (--limit 0 shows all, --steps A-B a part)\n";
  out += paragraph("Hit% = cache_read / (input + cache_read + cache_write), of all input tokens.", style);
  out += contradictions_note(view, style);
  const std::string legend = cost_legend(cost);
  if (!legend.empty()) out += paragraph(legend, style);
  return out + "\n" + cache_text(flow, style);
}

}  // namespace strobe::view
