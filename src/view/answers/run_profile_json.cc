#include "json/write.h"
#include "view/answers/headings.h"
#include "view/answers/rnix_spans.h"
#include "view/answers/run_profile.h"
#include "view/session_json.h"

namespace strobe::view {

namespace {

void write_calls(json::Writer& writer, std::string_view key, std::string_view kind, const SessionView& session,
                 const analyze::RunProfile& profile, const std::vector<int32_t>& calls) {
  writer.key(key).begin_array();
  for (const int32_t call : calls) {
    const SpanFacts& facts = session.spans[call].span.facts;
    writer.begin_object();
    writer.key("span_id").string(facts.span_id.hex());
    writer.key("kind").string(kind);
    writer.key("name").string(tool_name_of(facts));
    writer.key("duration_ms").int64(whole_ms(facts.duration().ns));
    write_text_or_null(writer, "step", profile.step_of[call]);
    write_text_or_null(writer, "model", facts.model);
    writer.end_object();
  }
  writer.end_array();
}

void write_optional_ms(json::Writer& writer, std::string_view key, const std::optional<int64_t>& ns) {
  writer.key(key);
  if (ns) {
    writer.int64(whole_ms(*ns));
  } else {
    writer.null();
  }
}

void write_kinds(json::Writer& writer, const analyze::RunProfile& profile) {
  writer.key("by_kind").begin_array();
  for (const auto& kind : profile.by_kind) {
    writer.begin_object();
    writer.key("kind").string(kind.kind);
    writer.key("total_ms").int64(whole_ms(kind.sum_ns));
    writer.key("count").int64(kind.count);
    writer.key("pct_of_wall").float64(percentage(kind.sum_ns, profile.total_wall_ns));
    writer.key("wall_ms").int64(whole_ms(kind.wall_ns));
    writer.end_object();
  }
  writer.end_array();
}

void write_steps(json::Writer& writer, const SessionView& session, const analyze::RunProfile& profile) {
  writer.key("steps").begin_array();
  for (const auto& step : profile.steps) {
    writer.begin_object();
    writer.key("name").string(step.name);
    writer.key("duration_ms").int64(whole_ms(step.duration_ns));
    writer.key("llm_ms").int64(whole_ms(step.llm_ns));
    writer.key("tool_ms").int64(whole_ms(step.tool_ns));
    writer.key("other_ms").int64(whole_ms(step.other_ns));
    writer.key("llm_calls").int64(step.llm_calls);
    writer.key("tool_calls").int64(step.tool_calls);
    writer.key("span_id").string(session.spans[step.span].span.facts.span_id.hex());
    writer.end_object();
  }
  writer.end_array();
}

}  // namespace

std::string run_profile_json(const SessionView& session, const analyze::RunProfile& profile) {
  json::Writer writer(json::Layout::pretty);
  writer.begin_object();
  writer.key("session").string(session.summary.id.hex());
  writer.key("total_wall_ms").int64(whole_ms(profile.total_wall_ns));
  writer.key("session_ms").int64(whole_ms(profile.session_ns));
  write_optional_ms(writer, "first_token_ms", profile.first_token_ns);
  write_optional_ms(writer, "first_token_after_start_ms", profile.first_token_after_start_ns);
  write_kinds(writer, profile);
  writer.key("residual_ms").int64(whole_ms(profile.residual_ns));
  write_calls(writer, "top_llm_calls", "llm_call", session, profile, profile.top_llm_calls);
  write_calls(writer, "top_tool_calls", "tool_call", session, profile, profile.top_tool_calls);
  write_steps(writer, session, profile);
  writer.end_object();
  return writer.take() + "\n";
}

}  // namespace strobe::view
