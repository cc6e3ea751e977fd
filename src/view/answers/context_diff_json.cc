#include "json/write.h"
#include "view/answers/context.h"
#include "view/answers/context_phrases.h"
#include "view/session_json.h"

namespace strobe::view {

namespace {

using analyze::ContextDiff;
using analyze::MessageChange;
using analyze::MessageChangeType;

void write_names(json::Writer& writer, std::string_view key, const std::vector<std::string>& names) {
  writer.key(key).begin_array();
  for (const std::string& name : names) writer.string(name);
  writer.end_array();
}

void write_position(json::Writer& writer, std::string_view key, int32_t position) {
  writer.key(key);
  if (position >= 0) {
    writer.int64(position);
  } else {
    writer.null();
  }
}

void write_message(json::Writer& writer, std::string_view key, const SessionContexts& contexts, int32_t message) {
  writer.key(key);
  if (message < 0) {
    writer.null();
    return;
  }
  writer.begin_object();
  writer.key("id").string(contexts.messages[message].id.hex());
  write_message_content(writer, contexts.messages[message].message);
  writer.end_object();
}

void write_change(json::Writer& writer, const SessionContexts& contexts, const MessageChange& change) {
  writer.begin_object();
  writer.key("change").string(name_of(change.type));
  write_position(writer, "from_position", change.from_position);
  write_position(writer, "to_position", change.to_position);
  write_message(writer, "from", contexts, change.from_message);
  write_message(writer, "to", contexts, change.to_message);
  writer.end_object();
}

void write_side(json::Writer& writer, std::string_view key, const SessionView& session, int32_t call,
                const std::string& why_unknown) {
  writer.key(key).begin_object();
  write_call_members(writer, session.spans[call]);
  writer.key("number").int64(call_number(session, call));
  const auto& context = session.spans[call].span.facts.input_context;
  write_text_or_null(writer, "context", context ? context->hex() : "");
  writer.key("context_basis").string(name_of(session.spans[call].span.facts.basis));
  write_text_or_null(writer, "why_unknown", why_unknown);
  writer.end_object();
}

// Null when there are none, as rnix prints empty lists here. What was edited is gone, and there anew.
void write_rnix_messages(json::Writer& writer, std::string_view key, const SessionContexts& contexts,
                         const ContextDiff& diff, MessageChangeType type) {
  writer.key(key);
  bool is_empty = true;
  for (const MessageChange& change : diff.messages) {
    if (change.type != type && change.type != MessageChangeType::edited) continue;
    if (is_empty) writer.begin_array();
    is_empty = false;
    const int32_t message = type == MessageChangeType::added ? change.to_message : change.from_message;
    writer.string(message_text(contexts.messages[message].message));
  }
  if (is_empty) {
    writer.null();
  } else {
    writer.end_array();
  }
}

void write_tokens(json::Writer& writer, const ContextDiff& diff) {
  writer.key("from_tokens").int64(diff.from_tokens);
  writer.key("to_tokens").int64(diff.to_tokens);
  writer.key("delta").int64(diff.to_tokens - diff.from_tokens);
}

}  // namespace

std::string context_diff_json(const SessionView& session, const ContextDiff& diff) {
  json::Writer writer(json::Layout::pretty);
  writer.begin_object();
  writer.key("session");
  write_session(writer, session.summary);
  write_side(writer, "from", session, diff.from, diff.from_unknown);
  write_side(writer, "to", session, diff.to, diff.to_unknown);
  writer.key("changed").boolean(diff.any());
  writer.key("system_prompt").begin_object();
  writer.key("changed").boolean(diff.is_system_changed);
  write_text_or_null(writer, "from_hash", diff.from_hash);
  write_text_or_null(writer, "to_hash", diff.to_hash);
  write_text_or_null(writer, "change", name_of(diff.system_change));
  write_text_or_null(writer, "volatile_value", name_of(diff.volatile_value));
  writer.end_object();
  writer.key("tools").begin_object();
  write_names(writer, "added", diff.tools.added);
  write_names(writer, "removed", diff.tools.removed);
  write_names(writer, "modified", diff.tools.modified);
  writer.key("reordered").boolean(diff.tools.is_reordered);
  writer.end_object();
  writer.key("messages").begin_object();
  writer.key("from_count").int64(diff.from_count);
  writer.key("to_count").int64(diff.to_count);
  writer.key("unchanged").int64(diff.unchanged);
  writer.key("exact").boolean(diff.is_exact);
  writer.key("changes").begin_array();
  for (const MessageChange& change : diff.messages) write_change(writer, session.contexts, change);
  writer.end_array();
  writer.end_object();
  writer.key("tokens").begin_object();
  write_tokens(writer, diff);
  writer.key("reported").boolean(diff.are_tokens_reported);
  writer.end_object();
  writer.end_object();
  return writer.take() + "\n";
}

std::string rnix_diff_json(const SessionView& session, const ContextDiff& diff) {
  const auto milliseconds = [&](int32_t call) {
    return (session.spans[call].span.facts.start - session.summary.start).ns / 1'000'000;
  };
  json::Writer writer(json::Layout::pretty);
  writer.begin_object();
  writer.key("from_seq_num").int64(call_number(session, diff.from));
  writer.key("to_seq_num").int64(call_number(session, diff.to));
  writer.key("from_timestamp_ms").int64(milliseconds(diff.from));
  writer.key("to_timestamp_ms").int64(milliseconds(diff.to));
  writer.key("system_prompt").begin_object();
  writer.key("changed").boolean(diff.is_system_changed);
  writer.key("from_hash").string(diff.from_hash);
  writer.key("to_hash").string(diff.to_hash);
  writer.end_object();
  writer.key("messages").begin_object();
  write_rnix_messages(writer, "added", session.contexts, diff, MessageChangeType::added);
  write_rnix_messages(writer, "removed", session.contexts, diff, MessageChangeType::removed);
  writer.key("from_count").int64(diff.from_count);
  writer.key("to_count").int64(diff.to_count);
  writer.end_object();
  writer.key("token_delta").begin_object();
  write_tokens(writer, diff);
  writer.end_object();
  writer.end_object();
  return writer.take() + "\n";
}

}  // namespace strobe::view
