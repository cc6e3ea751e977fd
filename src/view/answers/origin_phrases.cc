#include "view/answers/origin_phrases.h"

#include "view/answers/context_phrases.h"
#include "view/answers/span_reference.h"
#include "view/phrases.h"

namespace strobe::view {

std::string origin_name(const SessionView& session, const analyze::Origin& origin) {
  if (origin.span < 0) return "nobody";
  const SpanView& span = session.spans[origin.span];
  if (span.span.facts.kind != Kind::tool) return call_name(span);
  const std::string step = span.step > 0 ? " (step " + std::to_string(span.step) + ")" : "";
  return "tool " + subject_of(span) + step;
}

std::string origin_reason(const analyze::Origin& origin) {
  using analyze::OriginHow;
  switch (origin.how) {
    case OriginHow::exact: return "the model answered this very message there";
    case OriginHow::tool_call_id: return "it is the result of that call, by the call's id";
    case OriginHow::echo: return "the model answered it there in other words: reasoning, spaces or ids differ";
    case OriginHow::first_seen: return "nothing that was recorded made it; that call was the first to carry it";
    case OriginHow::none: break;
  }
  return "no call carried it and none answered it";
}

void write_origin(json::Writer& writer, const SessionView& session, const analyze::Origin& origin) {
  writer.key("origin").begin_object();
  writer.key("how").string(analyze::name_of(origin.how));
  writer.key("span");
  write_span_reference(writer, session, origin.span);
  writer.end_object();
}

std::string short_id(const MessageId& id) {
  constexpr size_t k_digits = 12;
  return id.hex().substr(0, k_digits);
}

}  // namespace strobe::view
