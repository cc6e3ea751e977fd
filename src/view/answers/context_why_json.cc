#include "view/answers/context_phrases.h"
#include "view/answers/context_why.h"
#include "view/answers/origin_phrases.h"
#include "view/session_json.h"

namespace strobe::view {

namespace {

void write_calls(json::Writer& writer, const SessionView& session, const std::vector<int32_t>& calls) {
  writer.begin_array();
  for (const int32_t call : calls) {
    const SpanView& span = session.spans[call];
    writer.begin_object();
    write_call_members(writer, span);
    writer.key("lane").int64(span.lane);
    writer.key("context_basis").string(name_of(span.span.facts.basis));
    writer.end_object();
  }
  writer.end_array();
}

// Members of an object that has begun.
void write_message(json::Writer& writer, const ContextMessage& message, int64_t estimated_tokens) {
  writer.key("id").string(message.id.hex());
  write_message_content(writer, message.message);
  writer.key("estimated_tokens").int64(estimated_tokens);
}

void write_list(json::Writer& writer, std::string_view key, const SessionView& session,
                const analyze::ContextContents& contents, const std::vector<int32_t>& messages) {
  writer.key(key).begin_array();
  for (const int32_t message : messages) {
    writer.begin_object();
    write_message(writer, session.contexts.messages[message], contents.estimates[message]);
    write_origin(writer, session, contents.origins[message]);
    writer.end_object();
  }
  writer.end_array();
}

}  // namespace

std::string context_why_json(const SessionView& session, const analyze::ContextWhy& why) {
  json::Writer writer(json::Layout::pretty);
  writer.begin_object();
  writer.key("session");
  write_session(writer, session.summary);
  writer.key("message").begin_object();
  write_message(writer, session.contexts.messages[why.message], why.estimated_tokens);
  writer.end_object();
  write_origin(writer, session, why.carried.origin);
  writer.key("producer").string(why.carried.producer);
  writer.key("calls");
  write_calls(writer, session, why.calls);
  writer.key("carried").begin_object();
  writer.key("times").int64(why.carried.times);
  writer.key("tokens").int64(why.carried.tokens);
  write_cost(writer, why.carried.cost_kind, why.carried.cost_pico_usd);
  writer.key("calls_not_judged").int64(why.calls_not_judged);
  writer.end_object();
  writer.end_object();
  return writer.take() + "\n";
}

std::string context_show_json(const SessionView& session, const analyze::ContextContents& contents) {
  json::Writer writer(json::Layout::pretty);
  writer.begin_object();
  writer.key("session");
  write_session(writer, session.summary);
  writer.key("context").begin_object();
  writer.key("id").string(session.contexts.contexts[contents.context].id.hex());
  writer.key("estimated_tokens").int64(contents.tokens());
  writer.key("calls");
  write_calls(writer, session, contents.calls);
  write_list(writer, "tools", session, contents, contents.tools);
  write_list(writer, "system", session, contents, contents.system);
  write_list(writer, "messages", session, contents, contents.messages);
  writer.end_object();
  writer.end_object();
  return writer.take() + "\n";
}

}  // namespace strobe::view
