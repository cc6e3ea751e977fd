#include "view/stats_view.h"

#include <algorithm>
#include <cctype>
#include <vector>

#include "view/phrases.h"
#include "view/session_json.h"
#include "view/table.h"

namespace strobe::view {

namespace {

constexpr size_t k_id_digits = 12;

std::string title_of(StatsBy by) {
  std::string title(name_of(by));
  std::ranges::transform(title, title.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return title;
}

std::string key_text(StatsBy by, const StatsRow& row) {
  if (row.key.empty()) return "(not told)";
  return by == StatsBy::session ? row.key.substr(0, k_id_digits) : row.key;
}

struct UsageField {
  const char* title;
  const char* key;
  int64_t Usage::* field;
};
constexpr UsageField k_usage_fields[] = {{"INPUT", "input", &Usage::input},
                                         {"CACHE READ", "cache_read", &Usage::cache_read},
                                         {"CACHE WRITE", "cache_write", &Usage::cache_write},
                                         {"OUTPUT", "output", &Usage::output},
                                         {"REASONING", "reasoning", &Usage::reasoning}};

// Input and output always; the other buckets where some row has tokens in them.
std::vector<UsageField> shown_fields(StatsBy by, std::span<const StatsRow> rows) {
  std::vector<UsageField> shown;
  if (by == StatsBy::tool) return shown;
  for (const UsageField& usage : k_usage_fields) {
    const bool is_always_shown = usage.field == &Usage::input || usage.field == &Usage::output;
    const auto has_some = [&](const StatsRow& row) { return row.usage.*usage.field != 0; };
    if (is_always_shown || std::ranges::any_of(rows, has_some)) shown.push_back(usage);
  }
  return shown;
}

}  // namespace

std::string_view name_of(StatsBy by) {
  switch (by) {
    case StatsBy::model: return "model";
    case StatsBy::tool: return "tool";
    case StatsBy::agent: return "agent";
    case StatsBy::session: return "session";
    case StatsBy::day: return "day";
  }
  return "";
}

std::string stats_text(StatsBy by, std::span<const StatsRow> rows, const TextStyle& style) {
  const bool has_tokens = by != StatsBy::tool;
  const std::vector<UsageField> fields = shown_fields(by, rows);
  const bool may_shrink = by != StatsBy::day && by != StatsBy::session;
  std::vector<Column> columns = {{.title = title_of(by), .flexible = may_shrink}, {"CALLS", true}, {"ERRORS", true}};
  if (has_tokens) {
    for (const UsageField& usage : fields)
      columns.push_back({.title = usage.title, .right_aligned = true, .optional = true});
    columns.push_back({"COST", true});
  }
  for (const char* title : {"P50", "P95", "P99"})
    columns.push_back({.title = title, .right_aligned = true, .optional = true});
  std::vector<std::vector<std::string>> cells;
  for (const StatsRow& row : rows) {
    std::vector<std::string> line = {key_text(by, row), count(row.calls), count(row.errors)};
    if (has_tokens) {
      for (const UsageField& usage : fields) line.push_back(count(row.usage.*usage.field));
      line.push_back(cost_text(row.cost_kind, row.cost_pico_usd));
    }
    for (const DurationNs value : {row.p50, row.p95, row.p99}) line.push_back(row.calls == 0 ? "-" : duration(value));
    cells.push_back(std::move(line));
  }
  return render_table(columns, cells, style);
}

void write_stats_row(json::Writer& writer, StatsBy by, const StatsRow& row) {
  writer.begin_object();
  write_text_or_null(writer, name_of(by), row.key);
  writer.key("calls").int64(row.calls);
  writer.key("errors").int64(row.errors);
  for (const UsageField& usage : k_usage_fields) {
    writer.key(usage.key);
    by == StatsBy::tool ? writer.null() : writer.int64(row.usage.*usage.field);
  }
  write_cost(writer, row.cost_kind, row.cost_pico_usd);
  const std::pair<const char*, DurationNs> durations[] = {
      {"total_ns", row.total}, {"p50_ns", row.p50}, {"p95_ns", row.p95}, {"p99_ns", row.p99}};
  for (const auto& [key, value] : durations) {
    writer.key(key);
    row.calls == 0 ? writer.null() : writer.string(std::to_string(value.ns));
  }
  writer.end_object();
}

std::string stats_json(StatsBy by, std::span<const StatsRow> rows) {
  json::Writer writer(json::Layout::pretty);
  writer.begin_array();
  for (const StatsRow& row : rows) write_stats_row(writer, by, row);
  writer.end_array();
  return writer.take() + "\n";
}

}  // namespace strobe::view
