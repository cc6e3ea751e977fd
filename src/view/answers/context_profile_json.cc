#include "json/write.h"
#include "view/answers/context.h"
#include "view/answers/context_phrases.h"
#include "view/session_json.h"

namespace strobe::view {

namespace {

using analyze::ContextProfile;
using analyze::ContextShare;
using analyze::Temperature;

// The keys of rnix; ours are the same.
void write_share(json::Writer& writer, const ContextShare& share) {
  writer.begin_object();
  writer.key("tokens").int64(share.tokens);
  writer.key("messages").int64(share.messages);
  writer.key("pct").number(json_decimal(one_decimal(share.percent)));
  writer.end_object();
}

void write_classification(json::Writer& writer, const ContextProfile& profile) {
  writer.key("classification").begin_object();
  for (size_t i = 0; i < profile.by_temperature.size(); ++i) {
    writer.key(name_of(static_cast<Temperature>(i)));
    write_share(writer, profile.by_temperature[i]);
  }
  writer.end_object();
}

void write_suggestions(json::Writer& writer, const ContextProfile& profile) {
  writer.key("suggestions").begin_array();
  for (const std::string& suggestion : profile.suggestions) writer.string(suggestion);
  writer.end_array();
}

void write_consumer(json::Writer& writer, const analyze::ContextConsumer& consumer, size_t rank) {
  constexpr std::string_view k_tool = "tool:";
  const bool is_tool = consumer.kind.starts_with(k_tool);
  writer.begin_object();
  writer.key("kind").string(is_tool ? std::string("tool") : consumer.kind);
  write_text_or_null(writer, "tool", is_tool ? consumer.kind.substr(k_tool.size()) : std::string());
  writer.key("tokens").int64(consumer.share.tokens);
  writer.key("messages").int64(consumer.share.messages);
  writer.key("pct").number(json_decimal(one_decimal(consumer.share.percent)));
  writer.key("rank").int64(static_cast<int64_t>(rank));
  write_text_or_null(writer, "suggestion", std::string(consumer.suggestion));
  writer.end_object();
}

}  // namespace

std::string context_profile_json(const SessionView& session, const ContextProfile& profile) {
  const SpanView& call = session.spans[profile.span];
  json::Writer writer(json::Layout::pretty);
  writer.begin_object();
  writer.key("session");
  write_session(writer, session.summary);
  writer.key("call").begin_object();
  write_call_members(writer, call);
  writer.key("lane").int64(call.lane);
  const auto& context = call.span.facts.input_context;
  write_text_or_null(writer, "context", context ? context->hex() : "");
  writer.key("context_basis").string(name_of(call.span.facts.basis));
  writer.end_object();
  writer.key("known").boolean(profile.is_known);
  write_text_or_null(writer, "why_unknown", profile.why_unknown);
  write_int_or_null(writer, "reported_tokens", profile.reported_tokens);
  writer.key("total_tokens").int64(profile.total_tokens);
  writer.key("scaled").boolean(profile.is_scaled);
  writer.key("messages").int64(profile.messages);
  writer.key("media_parts").int64(profile.media_parts);
  write_int_or_null(writer, "budget", profile.budget.tokens > 0 ? std::optional(profile.budget.tokens) : std::nullopt);
  writer.key("budget_source").string(name_of(profile.budget.source));
  write_classification(writer, profile);
  writer.key("top_consumers").begin_array();
  for (size_t i = 0; i < profile.consumers.size(); ++i) write_consumer(writer, profile.consumers[i], i + 1);
  writer.end_array();
  write_suggestions(writer, profile);
  writer.end_object();
  return writer.take() + "\n";
}

std::string rnix_profile_json(const SessionView& session, const ContextProfile& profile) {
  const SpanView& call = session.spans[profile.span];
  json::Writer writer(json::Layout::pretty);
  writer.begin_object();
  writer.key("pid").int64(pid_of(call));
  writer.key("ctx_id").int64(call_number(session, profile.span));
  writer.key("tokens_used").int64(profile.reported_tokens.value_or(profile.total_tokens));
  writer.key("context_budget").int64(profile.budget.tokens);
  writer.key("total_tokens").int64(profile.total_tokens);
  write_classification(writer, profile);
  writer.key("top_consumers").begin_array();
  for (size_t i = 0; i < profile.consumers.size(); ++i) {
    const analyze::ContextConsumer& consumer = profile.consumers[i];
    writer.begin_object();
    writer.key("kind").string(consumer.kind);
    writer.key("tokens").int64(consumer.share.tokens);
    writer.key("pct").number(json_decimal(one_decimal(consumer.share.percent)));
    writer.key("rank").int64(static_cast<int64_t>(i) + 1);
    if (!consumer.suggestion.empty()) writer.key("suggestion").string(consumer.suggestion);
    writer.end_object();
  }
  writer.end_array();
  write_suggestions(writer, profile);
  writer.end_object();
  return writer.take() + "\n";
}

}  // namespace strobe::view
