#include "view/lists.h"

#include "view/session_json.h"
#include "view/table.h"

namespace strobe::view {

std::string sessions_text(std::span<const SessionSummary> summaries, const TextStyle& style) {
  if (summaries.empty()) return "no sessions\n";
  const std::vector<Column> columns = {{"SESSION"},
                                       {.title = "STARTED", .optional = true},
                                       {"STATUS"},
                                       {"AGENT", false, true},
                                       {.title = "TASK", .flexible = true, .optional = true},
                                       {.title = "STEPS", .right_aligned = true, .optional = true},
                                       {.title = "TOOLS", .right_aligned = true, .optional = true},
                                       {.title = "ERRORS", .right_aligned = true, .optional = true},
                                       {.title = "TOKENS", .right_aligned = true, .optional = true},
                                       {.title = "TIME", .right_aligned = true, .optional = true}};
  std::vector<std::vector<std::string>> rows;
  for (const SessionSummary& summary : summaries) {
    rows.push_back({summary.id.hex().substr(0, 12), timestamp(summary.start).substr(0, 16),
                    std::string(name_of(summary.status)), summary.agent.empty() ? summary.service : summary.agent,
                    summary.task, count(summary.steps), count(summary.tool_calls), count(summary.errors),
                    count(summary.usage.total()), duration(summary.end - summary.start)});
  }
  return render_table(columns, rows, style);
}

std::string sql_text(const std::vector<std::string>& columns, const std::vector<SqlRow>& rows, const TextStyle& style) {
  std::vector<Column> table_columns;
  for (const std::string& column : columns) table_columns.push_back({safe(column), false, true});
  std::vector<std::vector<std::string>> cells;
  for (const SqlRow& row : rows) {
    cells.emplace_back();
    for (const auto& cell : row) cells.back().push_back(cell.value_or(""));
  }
  return render_table(table_columns, cells, style);
}

std::string sql_json(const std::vector<std::string>& columns, const std::vector<SqlRow>& rows) {
  json::Writer writer(json::Layout::pretty);
  writer.begin_array();
  for (const SqlRow& row : rows) {
    writer.begin_object();
    for (size_t c = 0; c < columns.size(); ++c) {
      writer.key(columns[c]);
      if (row[c]) {
        writer.string(*row[c]);
      } else {
        writer.null();
      }
    }
    writer.end_object();
  }
  writer.end_array();
  return writer.take() + "\n";
}

}  // namespace strobe::view
