#include <algorithm>

#include "json/write.h"
#include "view/answers/context.h"
#include "view/answers/context_phrases.h"
#include "view/session_json.h"

namespace strobe::view {

namespace {

using analyze::ContextGrowth;
using analyze::GrowthCurve;
using analyze::GrowthPrediction;

// As many as rnix remembers.
constexpr size_t k_rnix_history_max = 50;

void write_exhaustion(json::Writer& writer, std::string_view key,
                      const std::optional<analyze::Exhaustion>& exhaustion) {
  writer.key(key);
  if (!exhaustion) {
    writer.null();
    return;
  }
  writer.begin_object();
  writer.key("step").int64(exhaustion->step);
  write_text_or_null(writer, "time_unix_ns", exhaustion->time ? std::to_string(exhaustion->time->ns) : "");
  writer.end_object();
}

void write_curve(json::Writer& writer, std::string_view key, const GrowthCurve& curve) {
  const GrowthPrediction& prediction = curve.prediction;
  const bool has_budget = prediction.budget > 0;
  writer.key(key).begin_object();
  writer.key("tokens_used").int64(prediction.tokens_used);
  writer.key("usage_pct");
  if (has_budget) {
    writer.number(json_decimal(tenths(prediction.used_tenths_percent)));
  } else {
    writer.null();
  }
  writer.key("avg_tokens_per_step").number(json_decimal(tenths(prediction.average_tenths)));
  writer.key("recent_rate").number(json_decimal(tenths(prediction.recent_tenths)));
  write_int_or_null(writer, "remaining_tokens", has_budget ? std::optional(prediction.remaining) : std::nullopt);
  write_int_or_null(writer, "est_remaining_steps", prediction.est_remaining);
  writer.key("predict_exhaust").boolean(prediction.predict_exhaust);
  writer.key("alert_level").string(name_of(prediction.alert));
  write_exhaustion(writer, "exhaustion", curve.exhaustion);
  write_exhaustion(writer, "exhaustion_earliest", curve.earliest);
  write_exhaustion(writer, "exhaustion_latest", curve.latest);
  writer.end_object();
}

void write_history(json::Writer& writer, const SessionView& session, const ContextGrowth& growth) {
  writer.key("history").begin_array();
  for (size_t i = 0; i < growth.snapshots.size(); ++i) {
    const analyze::GrowthSnapshot& snapshot = growth.snapshots[i];
    writer.begin_object();
    write_call_members(writer, session.spans[snapshot.span]);
    writer.key("lane_step").int64(snapshot.step);
    writer.key("tokens").int64(snapshot.tokens);
    writer.key("estimated").boolean(snapshot.is_estimated);
    writer.key("begins_anew").boolean(snapshot.begins_anew);
    writer.key("since_before_ns").string(std::to_string(snapshot.since_before.ns));
    if (growth.change) writer.key("tokens_if").int64(growth.change->tokens[i]);
    writer.end_object();
  }
  writer.end_array();
}

void write_change(json::Writer& writer, const ContextGrowth& growth) {
  if (!growth.change) {
    writer.key("what_if").null();
    return;
  }
  writer.key("what_if").begin_object();
  writer.key("results").int64(growth.change->results);
  writer.key("saved_tokens").int64(growth.change->saved_tokens);
  writer.key("unknown_calls").int64(growth.change->unknown_calls);
  writer.key("has_tool").boolean(growth.change->has_tool);
  write_curve(writer, "prediction", growth.change->curve);
  writer.end_object();
}

}  // namespace

std::string context_growth_json(const SessionView& session, const ContextGrowth& growth) {
  const GrowthPrediction& prediction = growth.curve.prediction;
  json::Writer writer(json::Layout::pretty);
  writer.begin_object();
  writer.key("session");
  write_session(writer, session.summary);
  write_int_or_null(writer, "lane", growth.lane > 0 ? std::optional<int64_t>(growth.lane) : std::nullopt);
  write_int_or_null(writer, "budget", growth.budget.tokens > 0 ? std::optional(growth.budget.tokens) : std::nullopt);
  writer.key("budget_source").string(name_of(growth.budget.source));
  writer.key("lane_steps").int64(prediction.current_step);
  write_int_or_null(writer, "max_steps", prediction.max_steps > 0 ? std::optional(prediction.max_steps) : std::nullopt);
  writer.key("unknown_calls").int64(growth.unknown_calls);
  write_curve(writer, "prediction", growth.curve);
  write_change(writer, growth);
  write_history(writer, session, growth);
  writer.end_object();
  return writer.take() + "\n";
}

std::string rnix_growth_json(const ContextGrowth& growth) {
  const GrowthPrediction& prediction = growth.rnix;
  json::Writer writer(json::Layout::pretty);
  writer.begin_object();
  writer.key("pid").int64(std::max(growth.lane, 1));
  writer.key("tokens_used").int64(prediction.tokens_used);
  writer.key("context_budget").int64(growth.budget.tokens);
  writer.key("usage_pct").number(json_decimal(tenths(prediction.used_tenths_percent)));
  writer.key("current_step").int64(prediction.current_step);
  writer.key("max_steps").int64(prediction.max_steps);
  writer.key("avg_tokens_per_step").number(json_decimal(tenths(prediction.average_tenths)));
  writer.key("recent_rate").number(json_decimal(tenths(prediction.rate_tenths())));
  writer.key("remaining_budget").int64(prediction.remaining);
  writer.key("est_remaining").int64(prediction.est_remaining.value_or(0));
  writer.key("predict_exhaust").boolean(prediction.predict_exhaust);
  writer.key("alert_level").string(name_of(prediction.alert));
  writer.key("history").begin_array();
  const size_t first = growth.snapshots.size() - std::min(growth.snapshots.size(), k_rnix_history_max);
  for (size_t i = first; i < growth.snapshots.size(); ++i) {
    const analyze::GrowthSnapshot& snapshot = growth.snapshots[i];
    writer.begin_object();
    writer.key("step").int64(snapshot.step);
    writer.key("tokens").int64(snapshot.tokens);
    writer.key("delta_ms").int64(snapshot.since_before.ns / 1'000'000);
    writer.end_object();
  }
  writer.end_array();
  writer.end_object();
  return writer.take() + "\n";
}

}  // namespace strobe::view
