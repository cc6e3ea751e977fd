#include "importer/otlp_file.h"

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string>

#include "base/trimmed.h"
#include "otlp/otlp.h"

namespace strobe::importer {

namespace {

// One document that is not spread over lines, or lines of which the first says nothing: read whole.
constexpr size_t k_document_bytes_max = size_t{4} << 30;
constexpr size_t k_head_bytes = size_t{1} << 20;

// The document that the first line is, where others follow it. Does not move on.
Result<std::optional<RawBatch>> first_of_lines(LineReader& lines) {
  size_t head_bytes = k_head_bytes;
  std::string_view head = TRY(lines.peek(head_bytes));
  while (head.find('\n') == std::string_view::npos) {
    if (head.size() < head_bytes || head_bytes >= k_line_bytes_max) return std::nullopt;
    head_bytes *= 4;
    head = TRY(lines.peek(head_bytes));
  }
  const std::string_view line = trimmed(without_byte_order_mark(head.substr(0, head.find('\n'))));
  if (!line.starts_with('{')) return std::nullopt;
  auto batch = otlp::decode_json_document(std::make_shared<const std::string>(line));
  return batch ? std::optional(*std::move(batch)) : std::nullopt;
}

Result<Report> import_lines(LineReader& lines, Report report, const Sink& sink) {
  while (true) {
    const auto line = TRY(lines.next());
    if (!line) return report;
    const std::string_view text = trimmed(line->text);
    if (text.empty() && !line->is_too_long) continue;
    report.format = "otlp json lines";
    if (line->is_too_long) {
      add_problem(report, line->number, line_too_long());
      continue;
    }
    auto batch = otlp::decode_json_document(std::make_shared<const std::string>(text));
    if (!batch) {
      add_problem(report, line->number, batch.error().message);
      continue;
    }
    ++report.documents;
    TRY_VOID(sink(*std::move(batch)));
  }
}

// Protobuf does not say what it is: the three requests have the same outer shape. The right one decodes, and its ids
// have the right lengths. Metrics read as spans are named by what would be ids, and none of those is any.
int plausibility(const RawBatch& batch) {
  const auto has_ids = [](const RawSpan& span) { return span.trace_id.size() == 16 && span.span_id.size() == 8; };
  const auto has_points = [](const RawMetric& metric) { return !metric.points.empty(); };
  if (!batch.spans.empty()) return std::any_of(batch.spans.begin(), batch.spans.end(), has_ids) ? 3 : 1;
  if (!batch.metrics.empty()) return std::any_of(batch.metrics.begin(), batch.metrics.end(), has_points) ? 2 : 1;
  return batch.logs.empty() ? 0 : 2;
}

Result<Report> import_protobuf(const std::shared_ptr<const std::string>& content, const Sink& sink) {
  RawBatch best;
  int best_plausibility = -1;
  std::string first_error;
  for (const otlp::Signal signal : {otlp::Signal::traces, otlp::Signal::logs, otlp::Signal::metrics}) {
    auto batch = otlp::decode_protobuf(signal, content);
    if (!batch) {
      if (first_error.empty()) first_error = batch.error().message;
      continue;
    }
    const int plausible = plausibility(*batch);
    if (plausible > best_plausibility) {
      best_plausibility = plausible;
      best = *std::move(batch);
    }
  }
  if (best_plausibility < 0) {
    return fail(ErrorCode::invalid, "neither JSON nor an OTLP protobuf request (" + first_error + ")");
  }
  Report report{.format = "otlp protobuf", .documents = 1};
  TRY_VOID(sink(std::move(best)));
  return report;
}

Result<Report> import_whole(std::shared_ptr<const std::string> content, const Sink& sink) {
  if (without_byte_order_mark(*content).size() < content->size()) {
    content = std::make_shared<const std::string>(without_byte_order_mark(*content));
  }
  const std::string_view text = trimmed(*content);
  if (text.empty()) return fail(ErrorCode::invalid, "the file is empty");
  if (text.front() != '{') return import_protobuf(content, sink);
  auto whole = otlp::decode_json_document(content);
  if (whole) {
    Report report{.format = "otlp json", .documents = 1};
    TRY_VOID(sink(*std::move(whole)));
    return report;
  }
  const bool has_lines = text.find('\n') != std::string_view::npos;
  if (!has_lines) return std::unexpected(whole.error());
  LineReader lines(reading(content));
  Report report = TRY(import_lines(lines, {}, sink));
  if (report.documents == 0) return std::unexpected(whole.error());
  return report;
}

}  // namespace

Result<Report> import_otlp(LineReader& lines, const Sink& sink) {
  auto first = TRY(first_of_lines(lines));
  if (!first) return import_whole(std::make_shared<const std::string>(TRY(lines.rest(k_document_bytes_max))), sink);
  TRY(lines.next());
  TRY_VOID(sink(*std::move(first)));
  return import_lines(lines, {.format = "otlp json", .documents = 1}, sink);
}

}  // namespace strobe::importer
