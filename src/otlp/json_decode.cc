#include "json/parse.h"
#include "otlp/json_common.h"
#include "otlp/otlp.h"

namespace strobe::otlp {

Result<RawBatch> decode_json(Signal signal, std::shared_ptr<const std::string> body) {
  RawBatch batch;
  batch.body = std::move(body);
  const json::Node document = TRY(json::parse_large(*batch.body, *batch.arena));
  from_json::Reader reader(*batch.arena, decoded_bytes_max(batch.body->size()));
  if (!document.is_object()) return fail(ErrorCode::invalid, "document: expected an object");
  switch (signal) {
    case Signal::traces: from_json::read_traces(reader, document, batch); break;
    case Signal::logs: from_json::read_logs(reader, document, batch); break;
    case Signal::metrics: from_json::read_metrics(reader, document, batch); break;
  }
  if (reader.failed()) return std::unexpected(reader.take_error());
  return batch;
}

namespace {

size_t skip_space(std::string_view text, size_t at) {
  while (at < text.size() && (text[at] == ' ' || text[at] == '\n' || text[at] == '\r' || text[at] == '\t')) ++at;
  return at;
}

bool is_next(std::string_view text, size_t at, char wanted) { return at < text.size() && text[at] == wanted; }

std::unexpected<Error> malformed(size_t at) {
  return fail(ErrorCode::invalid, "malformed JSON at byte " + std::to_string(at));
}

}  // namespace

Result<Signal> signal_of_json(std::string_view document) {
  size_t at = skip_space(document, 0);
  if (!is_next(document, at, '{')) return fail(ErrorCode::invalid, "document: expected an object");
  at = skip_space(document, at + 1);
  if (is_next(document, at, '}')) return Signal::traces;
  while (is_next(document, at, '"')) {
    const size_t key_end = json::skip_value(document, at);
    if (key_end == std::string_view::npos) return malformed(at);
    const std::string_view quoted = document.substr(at, key_end - at);
    char buffer[32];
    const std::string_view key = from_json::camel_case(quoted.substr(1, quoted.size() - 2), buffer);
    if (key == "resourceSpans") return Signal::traces;
    if (key == "resourceLogs") return Signal::logs;
    if (key == "resourceMetrics") return Signal::metrics;
    at = skip_space(document, key_end);
    if (!is_next(document, at, ':')) return malformed(at);
    const size_t value = skip_space(document, at + 1);
    const size_t value_end = json::skip_value(document, value);
    if (value_end == std::string_view::npos) return malformed(value);
    at = skip_space(document, value_end);
    if (is_next(document, at, '}')) {
      return fail(ErrorCode::invalid, "document: expected resourceSpans, resourceLogs or resourceMetrics");
    }
    if (!is_next(document, at, ',')) return malformed(at);
    at = skip_space(document, at + 1);
  }
  return malformed(at);
}

}  // namespace strobe::otlp
