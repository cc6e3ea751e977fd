#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analyze/metrics.h"
#include "analyze/structure.h"
#include "model/session.h"

namespace strobe::analyze {

// How much worse a number may become before the run counts as regressed; as much better is an improvement.
struct CompareThresholds {
  double duration_percent = 20;
  double cost_percent = 10;
  double tokens_percent = 15;
  double cache_points = 5;  // percentage points
  double errors = 0;
  double iterations = 2;

  // By name: duration, cost, tokens, cache, errors, iterations. Errors: invalid.
  Result<void> set(std::string_view name, double value);
};

enum class MetricUnit : uint8_t { count, percent, pico_usd, nanoseconds };
enum class Change : uint8_t { same, better, worse };

// One number of two runs.
struct MetricChange {
  std::string_view key;    // "total_tokens"
  std::string_view title;  // "Total Tokens"
  MetricUnit unit = MetricUnit::count;
  bool is_headline = false;  // one of the five that are counted in "N/5 metrics improved"
  bool is_higher_better = false;
  double baseline = 0, other = 0;
  bool is_baseline_known = true, is_other_known = true;                          // else they are 0
  CostKind baseline_kind = CostKind::reported, other_kind = CostKind::reported;  // of costs
  bool is_compared = true;
  std::string not_compared_because = {};
  // How much it may become worse, and whether that is percent of the baseline; negative: it has no threshold.
  double allowed = -1;
  bool is_allowed_relative = false;
  Change change = Change::same;   // any difference
  Change verdict = Change::same;  // beyond what is allowed

  double difference() const { return other - baseline; }
};

enum class Assessment : uint8_t { similar, improved, regressed, mixed };
std::string_view name_of(Assessment assessment);

// A run, as it is compared: what is kept of a session when it is read no more.
struct ComparedRun {
  SessionSummary summary;
  SessionMetrics metrics;
  RunSteps steps;
};

// `ignored`: see steps_of_run.
ComparedRun run_of(const SessionView& session, const PathList& ignored = {});

struct MetricComparison {
  std::vector<MetricChange> metrics;  // the five first
  Assessment assessment = Assessment::similar;
  int64_t headlines = 0;  // of the five those that were compared
  int64_t improved = 0;   // of them
};

// Five numbers as the tracing guide has them, then more. Unknown prices, lower bounds and runs that have not ended are
// not compared, and say so.
MetricComparison compare_metrics(const ComparedRun& baseline, const ComparedRun& other,
                                 const CompareThresholds& thresholds = {});

}  // namespace strobe::analyze
