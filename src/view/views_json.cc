#include "view/views_json.h"

#include "analyze/shape.h"
#include "json/write.h"
#include "view/finding_json.h"
#include "view/link_note.h"
#include "view/phrases.h"
#include "view/session_json.h"
#include "view/timeline.h"
#include "view/token_flow.h"

namespace strobe::view {

namespace {

void write_step(json::Writer& writer, const SpanView& span) {
  writer.key("step");
  if (span.step > 0) {
    writer.int64(span.step);
  } else {
    writer.null();
  }
}

// `is_told`: by whoever reported the usage; a zero that nobody reported is no miss.
void write_hit(json::Writer& writer, std::string_view key, const Usage& usage, bool is_told) {
  writer.key(key);
  if (is_told && usage.total_input() > 0) {
    writer.float64(static_cast<double>(usage.cache_read) / static_cast<double>(usage.total_input()));
  } else {
    writer.null();
  }
}

std::string type_of(const Moment& moment, const SpanView* span) {
  switch (moment.type) {
    case MomentType::session_start: return "session_start";
    case MomentType::session_end: return "session_end";
    case MomentType::whole: return "span";
    case MomentType::mark: return "mark";
    case MomentType::event: return "event";
    case MomentType::missing_parent: return "missing_parent";
    case MomentType::start: break;
    case MomentType::end: break;
  }
  const bool is_start = moment.type == MomentType::start;
  if (span->is_llm_call) return is_start ? "llm_request" : "llm_response";
  const Kind kind = span->span.facts.kind;
  const std::string what = kind == Kind::tool || kind == Kind::agent ? std::string(name_of(kind)) : "span";
  return what + (is_start ? "_start" : "_end");
}

void write_link(json::Writer& writer, const SessionView& view, const analyze::SpanLinks& links, int32_t span) {
  const auto linked = span >= 0 ? linked_span(view, links, span) : std::nullopt;
  writer.key("link");
  if (!linked) {
    writer.null();
    return;
  }
  const SpanView* target = linked->span >= 0 ? &view.spans[linked->span] : nullptr;
  writer.begin_object();
  writer.key("links").int64(linked->links);
  write_text_or_null(writer, "trace_id", target != nullptr ? target->span.facts.trace_id.hex() : "");
  write_text_or_null(writer, "span_id", target != nullptr ? target->span.facts.span_id.hex() : "");
  write_text_or_null(writer, "name", target != nullptr ? subject_of(*target) : "");
  write_text_or_null(writer, "waited_ns", linked->waited ? std::to_string(linked->waited->ns) : "");
  writer.key("others").int64(linked->others);
  writer.end_object();
}

void write_moment(json::Writer& writer, const Moment& moment, const Timeline& timeline, const analyze::SpanLinks& links,
                  const SessionView& view) {
  const bool is_missing = moment.type == MomentType::missing_parent;
  const SpanView* span = moment.span >= 0 && !is_missing ? &view.spans[moment.span] : nullptr;
  const SpanFacts* named_by = moment.span >= 0 ? &view.spans[moment.span].span.facts : nullptr;
  const bool is_end =
      moment.type == MomentType::end || moment.type == MomentType::whole || moment.type == MomentType::mark;
  writer.begin_object();
  writer.key("type").string(type_of(moment, span));
  writer.key("time_unix_ns").string(std::to_string(moment.time.ns));
  writer.key("offset_ns").string(std::to_string((moment.time - view.summary.start).ns));
  write_text_or_null(writer, "trace_id", named_by != nullptr ? named_by->trace_id.hex() : "");
  write_text_or_null(writer, "span_id",
                     is_missing            ? named_by->parent_span_id.hex()
                     : named_by != nullptr ? named_by->span_id.hex()
                                           : "");
  write_text_or_null(writer, "kind", span != nullptr ? name_of(span->span.facts.kind) : "");
  writer.key("name");
  if (span == nullptr) {
    writer.null();
  } else {
    writer.string(moment.event != nullptr ? std::string(moment.event->name) : subject_of(*span));
  }
  write_text_or_null(writer, "argument", span != nullptr && moment.event == nullptr ? key_argument(*span) : "");
  writer.key("blocks").int64(span != nullptr ? timeline.lineage.block_depth[moment.span] : 0);
  const int32_t retried = span != nullptr && moment.type == MomentType::start ? timeline.retry_of[moment.span] : -1;
  write_text_or_null(writer, "retry_of", retried >= 0 ? view.spans[retried].span.facts.span_id.hex() : "");
  write_link(writer, view, links, is_begin(moment.type) ? moment.span : -1);
  write_text_or_null(writer, "status", span != nullptr && is_end ? name_of(span->span.facts.status) : "");
  const bool has_failed = span != nullptr && is_end && span->span.facts.status == SpanStatus::error;
  write_text_or_null(writer, "error", has_failed ? error_text(*span) : "");
  const bool has_length = span != nullptr && is_end && has_ended(span->span.facts);
  write_text_or_null(writer, "duration_ns", has_length ? std::to_string(span->span.facts.duration().ns) : "");
  writer.key("usage");
  if (span != nullptr && is_end && span->span.facts.has_usage) {
    write_usage(writer, span->span.facts.usage);
  } else {
    writer.null();
  }
  if (span != nullptr) {
    write_step(writer, *span);
  } else {
    writer.key("step").null();
  }
  writer.end_object();
}

// Members of an object that has begun.
void write_timeline(json::Writer& writer, const SessionView& view) {
  const Timeline timeline = timeline_of(view);
  const analyze::SpanLinks links = analyze::span_links_of(view);
  writer.key("events").begin_array();
  for (const Moment& moment : timeline.moments) write_moment(writer, moment, timeline, links, view);
  writer.end_array();
}

void write_call(json::Writer& writer, const TokenRow& row, const SessionView& view) {
  const SpanView& span = view.spans[row.span];
  const SpanFacts& facts = span.span.facts;
  writer.begin_object();
  writer.key("trace_id").string(facts.trace_id.hex());
  writer.key("span_id").string(facts.span_id.hex());
  writer.key("kind").string(name_of(facts.kind));
  writer.key("step");
  if (span.is_llm_call && span.step > 0) {
    writer.int64(span.step);
  } else {
    writer.null();
  }
  write_text_or_null(writer, "agent_span_id", row.agent >= 0 ? view.spans[row.agent].span.facts.span_id.hex() : "");
  write_text_or_null(writer, "model", facts.model);
  writer.key("usage");
  if (facts.has_usage) {
    write_usage(writer, facts.usage);
  } else {
    writer.null();
  }
  write_hit(writer, "cache_hit", facts.usage, analyze::tells_of_cache(span));
  write_cost(writer, facts.cost_kind, facts.cost_pico_usd);
  writer.key("counted").boolean(span.counted);
  writer.key("judged").boolean(row.is_judged);
  writer.end_object();
}

void write_cache(json::Writer& writer, const TokenFlow& flow, bool is_told) {
  writer.begin_object();
  static constexpr std::string_view k_names[] = {"", "poor", "fair", "good"};
  write_text_or_null(writer, "rating", k_names[static_cast<size_t>(flow.rating)]);
  writer.key("judged_calls").int64(flow.judged_calls);
  write_hit(writer, "judged_cache_hit", flow.judged, is_told);
  write_text_or_null(writer, "not_rated_because", flow.reason);
  write_text_or_null(writer, "recommendation", flow.recommendation);
  writer.end_object();
}

void write_token_flow(json::Writer& writer, const SessionView& view) {
  const TokenFlow flow = token_flow_of(view);
  const bool is_cache_told = analyze::tells_of_cache(view);
  writer.key("calls").begin_array();
  for (const TokenRow& row : flow.rows) write_call(writer, row, view);
  writer.end_array();
  writer.key("totals").begin_object();
  writer.key("usage");
  write_usage(writer, flow.usage);
  write_hit(writer, "cache_hit", flow.usage, is_cache_told);
  write_cost(writer, flow.cost.kind(), flow.cost.pico_usd);
  writer.end_object();
  writer.key("cache");
  write_cache(writer, flow, is_cache_told);
}

void begin(json::Writer& writer, const SessionView& view) {
  writer.begin_object();
  writer.key("session");
  write_session(writer, view.summary);
}

}  // namespace

std::string timeline_json(const SessionView& view) {
  json::Writer writer(json::Layout::pretty);
  begin(writer, view);
  write_timeline(writer, view);
  writer.end_object();
  return writer.take() + "\n";
}

std::string tokens_json(const SessionView& view) {
  json::Writer writer(json::Layout::pretty);
  begin(writer, view);
  write_token_flow(writer, view);
  writer.end_object();
  return writer.take() + "\n";
}

std::string all_json(const SessionView& view, const Transcript& transcript, std::span<const Finding> findings) {
  json::Writer writer(json::Layout::pretty);
  begin(writer, view);
  writer.key("spans").begin_array();
  for (const SpanView& span : view.spans) write_span(writer, span);
  writer.end_array();
  writer.key("findings");
  write_findings(writer, view, findings);
  write_timeline(writer, view);
  write_token_flow(writer, view);
  writer.key("messages").begin_array();
  for (const TranscriptEntry& entry : transcript.entries) write_transcript_entry(writer, view, entry);
  writer.end_array();
  writer.end_object();
  return writer.take() + "\n";
}

}  // namespace strobe::view
