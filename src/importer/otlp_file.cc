#include "importer/otlp_file.h"

#include <algorithm>
#include <array>

#include "base/trimmed.h"
#include "otlp/otlp.h"

namespace strobe::importer {

namespace {

constexpr std::string_view k_byte_order_mark = "\xef\xbb\xbf";

Result<Report> import_lines(std::string_view content, const Sink& sink) {
  Report report{.format = "otlp json lines"};
  for (size_t line = 1; !content.empty(); ++line) {
    const size_t end = std::min(content.find('\n'), content.size());
    const std::string_view text = trimmed(content.substr(0, end));
    content.remove_prefix(std::min(end + 1, content.size()));
    if (text.empty()) continue;
    auto batch = otlp::decode_json_document(std::make_shared<const std::string>(text));
    if (!batch) {
      add_problem(report, line, batch.error().message);
      continue;
    }
    ++report.documents;
    TRY_VOID(sink(*std::move(batch)));
  }
  return report;
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

}  // namespace

Result<Report> import_otlp(std::shared_ptr<const std::string> content, const Sink& sink) {
  if (content->starts_with(k_byte_order_mark)) {
    content = std::make_shared<const std::string>(content->substr(k_byte_order_mark.size()));
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
  Report report = TRY(import_lines(*content, sink));
  if (report.documents == 0) return std::unexpected(whole.error());
  return report;
}

}  // namespace strobe::importer
