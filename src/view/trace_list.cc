#include "view/trace_list.h"

#include <algorithm>
#include <vector>

#include "view/session_json.h"
#include "view/table.h"

namespace strobe::view {

namespace {

constexpr size_t k_id_digits = 12;

// As many digits as tell the listed traces apart.
size_t digits_of(std::span<const TraceRow> rows) {
  std::vector<std::string> ids;
  for (const TraceRow& row : rows) ids.push_back(row.id.hex());
  std::ranges::sort(ids);
  size_t digits = k_id_digits;
  for (size_t i = 1; i < ids.size(); ++i) {
    const auto common = std::ranges::mismatch(ids[i - 1], ids[i]).in1 - ids[i - 1].begin();
    digits = std::max(digits, static_cast<size_t>(common) + 1);
  }
  return digits;
}

}  // namespace

std::string traces_text(std::span<const TraceRow> rows, const TextStyle& style) {
  const std::vector<Column> columns = {{"TRACE"},
                                       {.title = "STARTED", .optional = true},
                                       {.title = "SPANS", .right_aligned = true, .optional = true},
                                       {.title = "ERRORS", .right_aligned = true, .optional = true},
                                       {.title = "DURATION", .right_aligned = true, .optional = true},
                                       {.title = "ROOT", .flexible = true},
                                       {"SESSION"}};
  const size_t digits = style.verbose ? std::string::npos : digits_of(rows);
  std::vector<std::vector<std::string>> cells;
  for (const TraceRow& row : rows) {
    cells.push_back({row.id.hex().substr(0, digits), timestamp(row.start), count(row.spans), count(row.errors),
                     duration(row.end - row.start), row.root_name.empty() ? "(not received)" : row.root_name,
                     row.session.is_zero() ? "" : row.session.hex().substr(0, k_id_digits)});
  }
  // Whole ids leave little room on a terminal: who asks for them gets lines as long as they are.
  TextStyle table_style = style;
  if (style.verbose) table_style.width = 0;
  return render_table(columns, cells, table_style);
}

void write_trace(json::Writer& writer, const TraceRow& row) {
  writer.begin_object();
  writer.key("trace_id").string(row.id.hex());
  write_text_or_null(writer, "session", row.session.is_zero() ? "" : row.session.hex());
  write_text_or_null(writer, "root_name", row.root_name);
  write_text_or_null(writer, "service", row.service);
  writer.key("start_unix_ns").string(std::to_string(row.start.ns));
  writer.key("duration_ns").string(std::to_string((row.end - row.start).ns));
  writer.key("spans").int64(row.spans);
  writer.key("errors").int64(row.errors);
  writer.key("tokens").int64(row.tokens);
  writer.end_object();
}

std::string traces_json(std::span<const TraceRow> rows) {
  json::Writer writer(json::Layout::pretty);
  writer.begin_array();
  for (const TraceRow& row : rows) write_trace(writer, row);
  writer.end_array();
  return writer.take() + "\n";
}

}  // namespace strobe::view
