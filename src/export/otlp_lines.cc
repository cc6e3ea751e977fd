#include "export/otlp_lines.h"

#include "json/parse.h"
#include "otlp/otlp.h"

namespace strobe::exporter {

namespace {

// The only item of a list under `key`. Null: there is none.
const json::Node* first_of(const json::Node* node, std::string_view key) {
  const json::Node* list = node == nullptr ? nullptr : node->find(key);
  return list == nullptr || list->items.empty() ? nullptr : &list->items.front();
}

}  // namespace

std::vector<LogLine> otlp_lines(const SessionView& session, const IsWritten& is_written) {
  std::vector<LogLine> lines;
  for (const SpanView& span : session.spans) {
    const SpanFacts& facts = span.span.facts;
    std::string key = facts.trace_id.hex() + " " + facts.span_id.hex();
    if (span.raw == nullptr || facts.rank == SpanRank::pending || is_written(key)) continue;
    LogLine& line = lines.emplace_back(LogLine{.key = std::move(key), .time = facts.start});
    line.text = otlp::encode_json(std::span(span.raw, 1));
    while (line.text.ends_with('\n')) line.text.pop_back();
  }
  return lines;
}

std::optional<std::string> otlp_key_of(std::string_view line) {
  Arena arena;
  const auto document = json::parse(line, arena);
  if (!document) return std::nullopt;
  const json::Node* span = first_of(first_of(first_of(&*document, "resourceSpans"), "scopeSpans"), "spans");
  if (span == nullptr) return std::nullopt;
  return std::string(span->string_at("traceId")) + " " + std::string(span->string_at("spanId"));
}

}  // namespace strobe::exporter
