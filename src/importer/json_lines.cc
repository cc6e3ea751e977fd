#include "importer/json_lines.h"

#include "json/parse.h"

namespace strobe::importer {

namespace {

constexpr std::string_view k_white_space = " \t\r\n";

// Empty: the line was taken and is in order.
std::string problem_of(const Line& line, LineTaker& taker, bool& is_used) {
  if (line.is_too_long) return line_too_long();
  Arena arena;
  const auto node = json::parse_large(line.text, arena, json::k_payload_values_max);
  if (!node)
    return line.has_end ? node.error().message : "the file ends within this line (" + node.error().message + ")";
  if (!node->is_object()) return "no JSON object";
  std::string problem;
  is_used = taker.take(LineFields(*node, problem), line.text);
  return is_used || !problem.empty() ? problem : "no line of this format";
}

}  // namespace

Result<Report> import_json_lines(LineReader& lines, std::string format, LineTaker& taker) {
  Report report{.format = std::move(format)};
  while (!taker.is_over()) {
    auto line = TRY(lines.next());
    if (!line) break;
    if (line->number == 1) line->text = without_byte_order_mark(line->text);
    if (!line->is_too_long && line->text.find_first_not_of(k_white_space) == std::string_view::npos) continue;
    bool is_used = false;
    std::string problem = problem_of(*line, taker, is_used);
    if (is_used) ++report.documents;
    if (!problem.empty()) add_problem(report, line->number, std::move(problem));
  }
  TRY_VOID(taker.finish());
  if (report.documents == 0) return fail(ErrorCode::invalid, "no line of it could be understood");
  return report;
}

}  // namespace strobe::importer
