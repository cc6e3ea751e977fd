#include "json/write.h"
#include "view/answers/cache_phrases.h"
#include "view/answers/context.h"
#include "view/answers/context_phrases.h"
#include "view/session_json.h"

namespace strobe::view {

namespace {

using analyze::CacheCause;
using analyze::CachePair;
using analyze::CacheReport;

void write_hit(json::Writer& writer, int64_t cache_read, int64_t total_input) {
  writer.key("cache_hit");
  if (total_input > 0) {
    writer.float64(static_cast<double>(cache_read) / static_cast<double>(total_input));
  } else {
    writer.null();
  }
}

std::optional<int64_t> if_known(bool is_known, int64_t count) { return is_known ? std::optional(count) : std::nullopt; }

void write_cause(json::Writer& writer, CacheCause cause, const analyze::CacheCauseSum& sum, bool tells_of_cache) {
  writer.begin_object();
  writer.key("cause").string(name_of(cause));
  writer.key("severity").string(name_of(severity_of(cause)));
  writer.key("pairs").int64(sum.pairs);
  writer.key("recurring").boolean(sum.is_recurring());
  write_int_or_null(writer, "lost_tokens", if_known(tells_of_cache, sum.lost_tokens));
  write_int_or_null(writer, "avoidable_tokens", if_known(tells_of_cache, sum.avoidable_tokens));
  write_cost(writer, sum.cost.kind(), sum.cost.pico_usd);
  write_text_or_null(writer, "advice", cache_advice(cause));
  writer.end_object();
}

void write_pair(json::Writer& writer, const SessionView& session, const CachePair& pair, bool tells_of_cache) {
  const bool is_history = pair.cause == CacheCause::history_truncated || pair.cause == CacheCause::history_rewritten;
  writer.begin_object();
  write_call_members(writer, session.spans[pair.span]);
  writer.key("lane").int64(pair.lane);
  writer.key("before_span_id").string(session.spans[pair.before].span.facts.span_id.hex());
  writer.key("cause").string(name_of(pair.cause));
  writer.key("severity").string(name_of(severity_of(pair.cause)));
  write_text_or_null(writer, "why_unknown", pair.why_unknown);
  write_text_or_null(writer, "detail", pair.detail);
  write_text_or_null(writer, "system_change", name_of(pair.system_change));
  write_text_or_null(writer, "volatile_value", name_of(pair.volatile_value));
  write_int_or_null(writer, "message", if_known(is_history, pair.message));
  write_int_or_null(writer, "later_changes", if_known(is_history, pair.later_changes));
  writer.key("appended_blocks").int64(pair.appended_blocks);
  writer.key("gap_ns").string(std::to_string(pair.gap.ns));
  write_int_or_null(writer, "total_input", if_known(pair.has_usage, pair.total_input));
  write_int_or_null(writer, "cache_read", if_known(pair.has_usage, pair.cache_read));
  const bool is_counted = tells_of_cache && pair.has_usage;
  write_int_or_null(writer, "lost_tokens", if_known(is_counted, pair.lost_tokens));
  write_int_or_null(writer, "avoidable_tokens", if_known(is_counted, pair.avoidable_tokens));
  write_cost(writer, pair.cost_kind, pair.cost_pico_usd);
  writer.end_object();
}

}  // namespace

std::string context_cache_json(const SessionView& session, const CacheReport& report) {
  json::Writer writer(json::Layout::pretty);
  writer.begin_object();
  writer.key("session");
  write_session(writer, session.summary);
  writer.key("lanes").int64(report.first_calls);
  writer.key("total_input").int64(report.total_input);
  writer.key("cache_read").int64(report.cache_read);
  write_hit(writer, report.cache_read, report.total_input);
  writer.key("tells_of_cache").boolean(report.tells_of_cache);
  writer.key("causes").begin_array();
  for (size_t cause = 0; cause < report.by_cause.size(); ++cause) {
    if (report.by_cause[cause].pairs == 0) continue;
    write_cause(writer, static_cast<CacheCause>(cause), report.by_cause[cause], report.tells_of_cache);
  }
  writer.end_array();
  writer.key("pairs").begin_array();
  for (const CachePair& pair : report.pairs) write_pair(writer, session, pair, report.tells_of_cache);
  writer.end_array();
  writer.end_object();
  return writer.take() + "\n";
}

}  // namespace strobe::view
