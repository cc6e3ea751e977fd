#include "view/answers/rnix_spans.h"

#include "analyze/hotspots.h"
#include "view/process_facts.h"

namespace strobe::view {

int64_t whole_ms(int64_t ns) { return ns / 1'000'000; }

std::string_view rnix_status(const SpanFacts& facts) {
  if (facts.status != SpanStatus::error) return "ok";
  const bool is_timeout =
      facts.error_type == "timeout" || facts.error_type == "TimeoutError" || facts.error_type == "DEADLINE_EXCEEDED";
  return is_timeout ? "timeout" : "error";
}

void write_rnix_span(json::Writer& writer, const SpanView& span) {
  const SpanFacts& facts = span.span.facts;
  writer.key("trace_id").string(facts.trace_id.hex());
  writer.key("span_id").string(facts.span_id.hex());
  writer.key("pid").int64(process_id(span).value_or(0));
  writer.key("name").string(facts.name);
  writer.key("duration_ms").int64(whole_ms(facts.duration().ns));
  writer.key("tokens_used").int64(analyze::counted_tokens(span));
  writer.key("status").string(rnix_status(facts));
}

}  // namespace strobe::view
