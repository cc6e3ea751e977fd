#include "query/lists.h"
#include "query/sessions.h"
#include "query/window.h"
#include "server/api_error.h"
#include "server/api_routes.h"
#include "view/session_json.h"

namespace strobe::server {

namespace {

Result<SessionId> session_of(const ApiCall& call) {
  return query::resolve_session(call.store, call.arguments.text("session"));
}

}  // namespace

Result<net::Response> list_sessions(const ApiCall& call) {
  const auto page =
      TRY(query::list_sessions_page(call.store, TRY(filter_of(call)), call.arguments.text("cursor"), limit_of(call)));
  json::Writer writer;
  writer.begin_object().key("sessions").begin_array();
  for (const SessionSummary& summary : page.rows) view::write_session(writer, summary);
  writer.end_array();
  write_next_cursor(writer, page.next);
  writer.end_object();
  return api_answer(writer.take());
}

Result<net::Response> show_session(const ApiCall& call) {
  const SessionId id = TRY(session_of(call));
  json::Writer writer;
  writer.begin_object().key("session");
  view::write_session(writer, TRY(query::session_summary(call.store, id, call.now)));
  writer.end_object();
  return api_answer(writer.take());
}

Result<net::Response> list_spans(const ApiCall& call) {
  const SessionId id = TRY(session_of(call));
  query::WindowRequest request = {.from = call.arguments.time("from_unix_ns"),
                                  .to = call.arguments.time("to_unix_ns"),
                                  .after = {},
                                  .limit = limit_of(call),
                                  .bytes_max = k_page_bytes_max};
  // Before the outline, which may take seconds.
  if (call.arguments.has("cursor")) request.after = TRY(query::decode_span_cursor(call.arguments.text("cursor")));
  const auto outline = TRY(call.outlines.outline_of(call.store, id));
  const query::SpanWindow window = TRY(query::load_window(call.store, *outline, request));
  json::Writer writer;
  writer.begin_object().key("spans").begin_array();
  view::LongValues long_values{.bytes_max = k_value_bytes_inline_max, .base = ""};
  for (const SpanView& span : window.spans) {
    const SpanFacts& facts = span.span.facts;
    long_values.base = "/api/spans/" + facts.trace_id.hex() + "/" + facts.span_id.hex();
    view::write_span(writer, span, &long_values);
  }
  writer.end_array();
  write_next_cursor(writer, window.next);
  writer.end_object();
  return api_answer(writer.take());
}

Result<net::Response> list_transcript(const ApiCall& call) {
  const size_t begin = TRY(place_of_cursor(call.arguments.text("cursor"), "a transcript"));
  const SessionView view = TRY(query::load_calls(call.store, TRY(session_of(call)), call.now));
  const Transcript transcript = TRY(query::read_transcript(call.store, view));
  json::Writer writer;
  writer.begin_object().key("messages").begin_array();
  std::string body;
  size_t at = begin;
  for (; at < transcript.entries.size() && at - begin < limit_of(call) && body.size() < k_page_bytes_max; ++at) {
    view::write_transcript_entry(writer, view, transcript.entries[at]);
    body += writer.take();
  }
  writer.end_array();
  write_next_cursor(writer, at < transcript.entries.size() ? std::optional(std::to_string(at)) : std::nullopt);
  writer.end_object();
  return api_answer(body + writer.take());
}

}  // namespace strobe::server
