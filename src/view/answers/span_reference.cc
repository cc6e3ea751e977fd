#include "view/answers/span_reference.h"

#include "view/session_json.h"

namespace strobe::view {

void write_span_reference(json::Writer& writer, const SessionView& session, int32_t span) {
  if (span < 0) {
    writer.null();
    return;
  }
  const SpanView& view = session.spans[span];
  const SpanFacts& facts = view.span.facts;
  writer.begin_object();
  writer.key("trace_id").string(facts.trace_id.hex());
  writer.key("span_id").string(facts.span_id.hex());
  writer.key("kind").string(name_of(facts.kind));
  writer.key("name").string(facts.name);
  write_text_or_null(writer, "agent", facts.agent);
  write_text_or_null(writer, "tool", facts.tool_name);
  write_text_or_null(writer, "model", facts.model);
  writer.key("status").string(name_of(facts.status));
  writer.key("step").int64(view.step);
  writer.end_object();
}

void write_ns(json::Writer& writer, std::string_view key, int64_t ns) { writer.key(key).string(std::to_string(ns)); }

}  // namespace strobe::view
