#include "analyze/context_growth.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "analyze/estimate.h"
#include "analyze/find_call.h"
#include "analyze/result_savings.h"

namespace strobe::analyze {

namespace {

using Node = ContextTree::Node;
__extension__ using Wide = __int128;

int64_t saturated(Wide value) {
  constexpr Wide k_max = std::numeric_limits<int64_t>::max(), k_min = std::numeric_limits<int64_t>::min();
  return static_cast<int64_t>(std::clamp(value, k_min, k_max));
}

// Estimated tokens of whole contexts: each list of messages is the list before it and one more.
class Estimates {
 public:
  explicit Estimates(const SessionContexts& contexts) : contexts_(contexts), tokens_(estimated_tokens(contexts)) {
    of_body_.assign(contexts.bodies.size(), 0);
    for (size_t node = 1; node < of_body_.size(); ++node) {
      const auto at = static_cast<Node>(node);
      of_body_[node] = of_body_[contexts.bodies.parent(at)] + tokens_[contexts.bodies.message(at)];
    }
    for (const SessionContexts::Head& head : contexts.heads) {
      int64_t sum = 0;
      for (const auto* messages : {&head.tools, &head.system})
        for (const int32_t message : *messages) sum += tokens_[message];
      of_head_.push_back(sum);
    }
  }
  int64_t of_context(int32_t context) const {
    const SessionContexts::Context& seen = contexts_.contexts[context];
    return of_head_[seen.head] + of_body_[seen.body];
  }
  // Without system prompt and tools.
  int64_t of_body(int32_t context) const { return of_body_[contexts_.contexts[context].body]; }

 private:
  const SessionContexts& contexts_;
  std::vector<int64_t> tokens_, of_body_, of_head_;
};

int32_t context_of(const SessionView& session, int32_t span) {
  return has_context(session, span) ? session.contexts.of_span[span] : -1;
}

std::optional<int64_t> reported_of(const SessionView& session, int32_t span) {
  return reported_input(session.spans[span].span.facts);
}

// Shorter by 30 % and more: somebody compacted. The same as the rule `compaction` has.
bool has_shrunk(int64_t before, int64_t after) {
  return after < before && static_cast<Wide>(after) * 10 <= static_cast<Wide>(before) * 7;
}

// The conversation of a call, -1: not known, or only a piece of it is, as where the provider holds the history.
int64_t conversation_of(const SessionView& session, const Estimates& estimates, int32_t span) {
  if (!has_whole_context(session, span)) return -1;
  return estimates.of_body(context_of(session, span));
}

// Without the conversations the whole input has to tell; the estimate of a piece of it tells nothing.
bool was_compacted(const GrowthSnapshot& before, int64_t talk_before, const GrowthSnapshot& after, int64_t talk_after) {
  if (talk_before >= 0 && talk_after >= 0) return has_shrunk(talk_before, talk_after);
  return !after.is_estimated && has_shrunk(before.tokens, after.tokens);
}

void take_snapshots(const SessionView& session, const Lane& lane, const Estimates& estimates, ContextGrowth& growth) {
  // Beside what others report an estimate would look like a fall and a rise: as of a call that failed.
  const bool any_reported = std::ranges::any_of(
      lane.calls, [&](const LaneCall& call) { return reported_of(session, call.span).has_value(); });
  TimeNs before;
  int64_t talk_before = -1;
  for (size_t i = 0; i < lane.calls.size(); ++i) {
    const int32_t span = lane.calls[i].span;
    const SpanFacts& facts = session.spans[span].span.facts;
    const auto reported = reported_of(session, span);
    const int32_t context = context_of(session, span);
    GrowthSnapshot snapshot{
        .span = span, .step = static_cast<int64_t>(i) + 1, .is_estimated = !reported, .start = facts.start};
    snapshot.since_before = i == 0 ? DurationNs{} : facts.start - before;
    before = facts.start;
    if (!reported && (context < 0 || any_reported)) {
      ++growth.unknown_calls;
      continue;
    }
    snapshot.tokens = reported ? *reported : estimates.of_context(context);
    const int64_t talk = conversation_of(session, estimates, span);
    if (!growth.snapshots.empty()) {
      snapshot.begins_anew = lane.calls[i].link == LaneLink::restarts ||
                             was_compacted(growth.snapshots.back(), talk_before, snapshot, talk);
    }
    talk_before = talk;
    if (snapshot.begins_anew) growth.began_at = growth.snapshots.size();
    growth.snapshots.push_back(snapshot);
  }
}

std::optional<Exhaustion> exhaustion_at(std::optional<int64_t> steps_left, const ContextGrowth& growth) {
  if (!steps_left) return std::nullopt;
  const std::vector<GrowthSnapshot>& snapshots = growth.snapshots;
  const size_t recent = std::min(k_recent_snapshots, snapshots.size() - growth.began_at);
  const Wide steps = static_cast<Wide>(*steps_left) + 1;
  Exhaustion exhaustion{.step = saturated(steps + snapshots.back().step)};
  if (recent < 2) return exhaustion;
  const DurationNs taken = snapshots.back().start - snapshots[snapshots.size() - recent].start;
  const Wide pace = static_cast<Wide>(std::max<int64_t>(taken.ns, 0)) / static_cast<Wide>(recent - 1);
  exhaustion.time = TimeNs{saturated(snapshots.back().start.ns + std::min<Wide>(pace * steps, Wide{1} << 63))};
  return exhaustion;
}

GrowthCurve curve_of(const ContextGrowth& growth, std::span<const int64_t> tokens, const GrowthOptions& options) {
  GrowthCurve curve;
  if (growth.snapshots.empty()) return curve;
  curve.prediction = predict_growth({.tokens = tokens.subspan(growth.began_at),
                                     .budget = growth.budget.tokens,
                                     .current_step = growth.snapshots.back().step,
                                     .max_steps = options.max_steps});
  curve.exhaustion = exhaustion_at(curve.prediction.est_remaining, growth);
  curve.earliest = exhaustion_at(curve.prediction.est_remaining_least, growth);
  curve.latest = exhaustion_at(curve.prediction.est_remaining_most, growth);
  return curve;
}

// rnix knows no compaction: it divides by all steps.
GrowthPrediction rnix_prediction(const ContextGrowth& growth, std::span<const int64_t> tokens,
                                 const GrowthOptions& options) {
  if (growth.snapshots.empty()) return {};
  const int64_t step = growth.snapshots.back().step;
  return predict_growth({.tokens = tokens,
                         .average_steps = step,
                         .budget = growth.budget.tokens,
                         .current_step = step,
                         .max_steps = options.max_steps});
}

// What the call of a snapshot saw, scaled so that its estimate adds up to what it reported.
ScaledBody scaled_body(const SessionView& session, const GrowthSnapshot& snapshot, const Estimates& estimates) {
  const int32_t context = context_of(session, snapshot.span);
  ScaledBody scaled{.body = session.contexts.contexts[context].body};
  const int64_t estimated = estimates.of_context(context);
  if (estimated > 0) scaled.scale = static_cast<double>(snapshot.tokens) / static_cast<double>(estimated);
  return scaled;
}

GrowthChange change_of(const SessionView& session, const ContextGrowth& growth, const Estimates& estimates,
                       const GrowthOptions& options) {
  GrowthChange change;
  const ResultSavings savings(session, options.what_if);
  std::vector<ScaledBody> bodies;
  std::vector<size_t> known;  // the snapshots they belong to
  for (size_t i = 0; i < growth.snapshots.size(); ++i) {
    change.tokens.push_back(growth.snapshots[i].tokens);
    if (!why_unknown(session, growth.snapshots[i].span).empty()) continue;
    bodies.push_back(scaled_body(session, growth.snapshots[i], estimates));
    known.push_back(i);
  }
  change.unknown_calls = static_cast<int64_t>(growth.snapshots.size() - known.size());
  const std::vector<ResultSaving> saved = savings.of(bodies);
  for (size_t i = 0; i < known.size(); ++i) {
    int64_t& tokens = change.tokens[known[i]];
    tokens -= saved[i].tokens < static_cast<double>(tokens) ? std::llround(saved[i].tokens) : tokens;
  }
  if (!known.empty()) change.results = saved.back().results;
  change.saved_tokens = growth.snapshots.back().tokens - change.tokens.back();
  change.has_tool = options.what_if.drop_tool.empty() || savings.has_tool();
  change.curve = curve_of(growth, change.tokens, options);
  return change;
}

}  // namespace

ContextGrowth growth_of(const SessionView& session, const Money& money, const GrowthOptions& options) {
  ContextGrowth growth;
  const Lane* lane = main_lane(session);
  if (options.lane > 0)
    lane = static_cast<size_t>(options.lane) <= session.lanes.size() ? &session.lanes[options.lane - 1] : nullptr;
  if (lane == nullptr || lane->calls.empty()) return growth;
  growth.lane = lane->number;
  growth.budget = budget_of(money, session.spans[lane->calls.back().span].span.facts, options.budget);
  const Estimates estimates(session.contexts);
  take_snapshots(session, *lane, estimates, growth);
  std::vector<int64_t> tokens;
  for (const GrowthSnapshot& snapshot : growth.snapshots) tokens.push_back(snapshot.tokens);
  growth.curve = curve_of(growth, tokens, options);
  growth.rnix = rnix_prediction(growth, tokens, options);
  if (options.what_if.is_asked() && !growth.snapshots.empty())
    growth.change = change_of(session, growth, estimates, options);
  return growth;
}

}  // namespace strobe::analyze
