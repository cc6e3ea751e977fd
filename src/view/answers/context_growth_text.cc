#include <algorithm>
#include <cstdio>

#include "view/answers/context.h"
#include "view/answers/context_phrases.h"
#include "view/answers/headings.h"
#include "view/phrases.h"

namespace strobe::view {

namespace {

using analyze::ContextGrowth;
using analyze::GrowthAlert;
using analyze::GrowthCurve;
using analyze::GrowthPrediction;
using analyze::GrowthSnapshot;

constexpr size_t k_snapshots_shown_max = 50;  // as many as rnix remembers
constexpr int64_t k_bar_cells = 30;

std::string line_of(std::string_view label, const std::string& text) { return padded(label, 14) + text + "\n"; }

std::string head_of(const ContextGrowth& growth) {
  const GrowthPrediction& prediction = growth.curve.prediction;
  std::string out = "Context Growth: lane " + std::to_string(growth.lane) + "  |  ";
  if (prediction.budget <= 0) return out + std::to_string(prediction.tokens_used) + " tok  |  No budget set\n";
  return out + std::to_string(prediction.tokens_used) + "/" + std::to_string(prediction.budget) + " tok  |  " +
         tenths(prediction.used_tenths_percent) + "% used\n";
}

std::string trend_of(const ContextGrowth& growth) {
  std::string out;
  const auto& snapshots = growth.snapshots;
  const size_t first = snapshots.size() > k_snapshots_shown_max ? snapshots.size() - k_snapshots_shown_max : 0;
  if (first > 0) out += "… " + amount(static_cast<int64_t>(first), "earlier call") + "\n";
  for (size_t i = first; i < snapshots.size(); ++i) {
    const int64_t added = snapshots[i].tokens - (i > 0 ? snapshots[i - 1].tokens : 0);
    char line[128];
    std::snprintf(line, sizeof line, "Step %2lld: %7lld tok  (%+lld)", static_cast<long long>(snapshots[i].step),
                  static_cast<long long>(snapshots[i].tokens), static_cast<long long>(added));
    out += line;
    if (snapshots[i].is_estimated) out += "  estimated";
    if (snapshots[i].begins_anew) out += "  ← compacted: counted from here";
    out += "\n";
  }
  return out;
}

std::string alert_text(const GrowthPrediction& prediction, const TextStyle& style) {
  switch (prediction.alert) {
    case GrowthAlert::critical: return colored(style, Color::red, "⚠ CRITICAL") + "  (remaining < 10%)";
    case GrowthAlert::warning: return colored(style, Color::yellow, "⚠ WARNING") + "  (remaining < 20%)";
    case GrowthAlert::none: break;
  }
  return "none ✓";
}

// "step 12 (between 10 and 15), 2026-01-30 12:04:10 (between ... and ...)"
std::string exhaustion_text(const GrowthCurve& curve) {
  if (curve.prediction.remaining == 0) return "already";
  if (!curve.exhaustion) return "never at this rate: nothing is added";
  std::string text = "at step " + std::to_string(curve.exhaustion->step);
  const bool has_range = curve.earliest && curve.latest && curve.earliest->step != curve.latest->step;
  if (has_range)
    text += " (between " + std::to_string(curve.earliest->step) + " and " + std::to_string(curve.latest->step) + ")";
  if (!curve.exhaustion->time) return text;
  text += ", " + timestamp(*curve.exhaustion->time);
  if (has_range && curve.earliest->time && curve.latest->time)
    text += " (" + timestamp(*curve.earliest->time) + " to " + timestamp(*curve.latest->time) + ")";
  return text;
}

// `has_compaction`: rates are those since.
std::string prediction_of(const GrowthCurve& curve, bool has_compaction, const TextStyle& style) {
  const GrowthPrediction& prediction = curve.prediction;
  std::string out = line_of("Avg Rate:", tenths(prediction.average_tenths) + " tok/step" +
                                             (has_compaction ? "  (since the compaction)" : ""));
  if (prediction.recent_tenths > 0 && prediction.recent_tenths != prediction.average_tenths)
    out += line_of("Recent Rate:", tenths(prediction.recent_tenths) + " tok/step  (last " +
                                       amount(prediction.recent_steps, "step") + ")");
  if (prediction.budget <= 0) return out;
  out += line_of("Remaining:", std::to_string(prediction.remaining) + " tok");
  if (prediction.est_remaining.value_or(0) > 0)
    out += line_of("Est. Steps:", "~" + std::to_string(*prediction.est_remaining) + " steps remaining");
  out += paragraph("Full:         " + exhaustion_text(curve), style);
  if (prediction.max_steps > 0)
    out += line_of("Max Steps:", std::to_string(prediction.max_steps) +
                                     (prediction.predict_exhaust ? ": the window is full before" : ": reached before"));
  return out + line_of("Alert:", alert_text(prediction, style));
}

std::string bar_of(const GrowthPrediction& prediction) {
  const int64_t filled = std::clamp<int64_t>(prediction.used_tenths_percent * k_bar_cells / 1000, 0, k_bar_cells);
  std::string bar;
  for (int64_t i = 0; i < k_bar_cells; ++i) bar += i < filled ? "█" : "░";
  return "[" + bar + "] " + tenths(prediction.used_tenths_percent) + "%\n";
}

std::string change_of(const ContextGrowth& growth, const TextStyle& style) {
  const analyze::GrowthChange& change = *growth.change;
  std::string out = "\n" + ruled_heading("What If", style);
  if (!change.has_tool) return out + "No result of this tool stands in the session's contexts.\n";
  out += line_of("Shorter:", amount(change.results, "tool result") + " of the last context, " +
                                 count(change.saved_tokens) + " tok less");
  out += line_of("Window:", std::to_string(growth.snapshots.back().tokens) + " → " +
                                std::to_string(change.tokens.back()) + " tok");
  out += prediction_of(change.curve, growth.began_at > 0, style);
  if (change.curve.prediction.budget > 0) out += bar_of(change.curve.prediction);
  if (change.unknown_calls > 0)
    out += paragraph(
        "Note: " + amount(change.unknown_calls, "call") + " left as it was: what was seen is not wholly known.", style);
  return out;
}

std::string notes_of(const SessionView& session, const ContextGrowth& growth, const TextStyle& style) {
  std::string out;
  const auto note = [&](const std::string& text) { out += paragraph("Note: " + text, style); };
  const SpanFacts& last = session.spans[growth.snapshots.back().span].span.facts;
  if (growth.budget.source == analyze::ContextBudget::Source::model)
    note("the budget is the window of " + safe(last.model) + ", as the price list has it.");
  if (growth.budget.source == analyze::ContextBudget::Source::none)
    note("the window of this model is not known; --budget TOKENS tells it.");
  const GrowthSnapshot& newest = growth.snapshots.back();
  if (session.lanes.size() > 1) {
    note("the session has " + count(static_cast<int64_t>(session.lanes.size())) +
         " lanes; --lane N asks about another.");
  }
  if (session.spans[newest.span].step != newest.step) {
    note("steps are counted within the lane: " + std::to_string(newest.step) + " is " +
         call_name(session.spans[newest.span]) + " of the session.");
  }
  if (growth.unknown_calls > 0)
    note(amount(growth.unknown_calls, "call") + " left out: its tokens were not told (did it fail?).");
  const bool is_estimated = std::ranges::any_of(growth.snapshots, &analyze::GrowthSnapshot::is_estimated);
  if (is_estimated) note("estimated: the call told no tokens; four bytes of what it saw are taken for one.");
  return out;
}

}  // namespace

std::string context_growth_text(const SessionView& session, const ContextGrowth& growth, const TextStyle& style) {
  if (growth.lane == 0) return "No call to a model was recorded.\n";
  if (growth.snapshots.empty())
    return "Context Growth: lane " + std::to_string(growth.lane) +
           "\n\nNothing is known: its calls told neither tokens nor content.\n";
  std::string out = head_of(growth) + "\n" + ruled_heading("Growth Trend", style) + trend_of(growth);
  out += "\n" + ruled_heading("Prediction", style) + prediction_of(growth.curve, growth.began_at > 0, style);
  if (growth.budget.tokens > 0) out += "\n" + ruled_heading("Budget", style) + bar_of(growth.curve.prediction);
  if (growth.change) out += change_of(growth, style);
  const std::string notes = notes_of(session, growth, style);
  return out + (notes.empty() ? "" : "\n" + notes);
}

}  // namespace strobe::view
