#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analyze/context_budget.h"
#include "analyze/growth_formula.h"
#include "model/session.h"

namespace strobe::analyze {

// One call of a lane and how full its window was.
struct GrowthSnapshot {
  int32_t span = 0;
  int64_t step = 0;    // 1-based, within the lane
  int64_t tokens = 0;  // input that the call reported, else the estimate of what it saw
  bool is_estimated = false;
  bool begins_anew = false;  // the conversation was compacted, or begun again: growth counts from here
  TimeNs start;
  DurationNs since_before;  // from the start of the call before it in the lane; 0: the first
};

// A moment in the future, or in the past of a session that is over: when a window would be full.
struct Exhaustion {
  int64_t step = 0;            // of the lane: the first that does not fit
  std::optional<TimeNs> time;  // when that step would begin, at the pace of the recent ones; none: no pace is known
};

struct GrowthCurve {
  GrowthPrediction prediction;
  // None where there is no budget or no growth. `earliest` if every step added as much as the largest of the recent
  // ones.
  std::optional<Exhaustion> exhaustion, earliest, latest;
};

// What if tool results were shorter. Both may be given.
struct GrowthWhatIf {
  std::optional<int64_t> cap_tokens;  // no tool result is longer
  std::string drop_tool;              // its results are not kept; empty: none
  bool is_asked() const { return cap_tokens.has_value() || !drop_tool.empty(); }
};

struct GrowthChange {
  std::vector<int64_t> tokens;  // of each snapshot, as it would be
  GrowthCurve curve;
  int64_t results = 0;        // tool results of the last context that it is about
  int64_t saved_tokens = 0;   // in the last context
  int64_t unknown_calls = 0;  // whose context is not wholly known: they are as they were
  bool has_tool = true;       // the tool has results in the lane
};

struct GrowthOptions {
  int32_t lane = 0;  // 0: the main lane
  std::optional<int64_t> budget;
  int64_t max_steps = 0;
  GrowthWhatIf what_if;
};

struct ContextGrowth {
  int32_t lane = 0;      // 0: the session has none
  ContextBudget budget;  // of the lane's last call
  std::vector<GrowthSnapshot> snapshots;
  size_t began_at = 0;        // the snapshot since which growth counts
  int64_t unknown_calls = 0;  // of the lane: neither tokens nor context are known; they are no snapshots
  GrowthCurve curve;
  GrowthPrediction rnix;  // by the formula of rnix to the letter: of all steps, also those before a compaction
  std::optional<GrowthChange> change;
};

// Of one lane. Linear in its calls and, where something is asked about tool results, n log n in the session's contexts.
ContextGrowth growth_of(const SessionView& session, const Money& money, const GrowthOptions& options);

}  // namespace strobe::analyze
