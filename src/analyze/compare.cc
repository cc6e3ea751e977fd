#include "analyze/compare.h"

#include <cmath>
#include <limits>

namespace strobe::analyze {

namespace {

double sum_of(int64_t a, int64_t b) { return static_cast<double>(a) + static_cast<double>(b); }

Change change_of(double difference, double allowed, bool is_higher_better) {
  const double worse = is_higher_better ? -difference : difference;
  if (worse > allowed) return Change::worse;
  return -worse > allowed ? Change::better : Change::same;
}

// Percent of the baseline; what grows from nothing grows without bound.
double relative_difference(const MetricChange& metric) {
  if (metric.difference() == 0) return 0;
  if (metric.baseline == 0) return std::copysign(std::numeric_limits<double>::infinity(), metric.difference());
  return 100.0 * metric.difference() / metric.baseline;
}

void judge(MetricChange& metric) {
  if (!metric.is_compared) return;
  // A difference that no line would show is none.
  constexpr double k_percent_shown = 0.05;
  const double ignored = metric.unit == MetricUnit::percent ? k_percent_shown : 0;
  metric.change = change_of(metric.difference(), ignored, metric.is_higher_better);
  if (metric.allowed < 0) return;
  // Sums of doubles: 72.1 - 67.1 is a little more than 5.
  constexpr double k_slack = 1e-9;
  const double difference = metric.is_allowed_relative ? relative_difference(metric) : metric.difference();
  metric.verdict = change_of(difference, metric.allowed + k_slack, metric.is_higher_better);
}

void not_compared(MetricChange& metric, std::string because) {
  metric.is_compared = false;
  metric.not_compared_because = std::move(because);
}

MetricChange count_metric(std::string_view key, std::string_view title, int64_t baseline, int64_t other) {
  return {.key = key, .title = title, .baseline = static_cast<double>(baseline), .other = static_cast<double>(other)};
}

MetricChange cache_metric(const SessionMetrics& a, const SessionMetrics& b, const CompareThresholds& thresholds) {
  MetricChange metric{.key = "cache_hit_rate",
                      .title = "Cache Hit Rate",
                      .unit = MetricUnit::percent,
                      .is_higher_better = true,
                      .baseline = a.cache_hit_percent(),
                      .other = b.cache_hit_percent(),
                      .is_baseline_known = a.is_cache_hit_known(),
                      .is_other_known = b.is_cache_hit_known(),
                      .allowed = thresholds.cache_points};
  if (a.usage.total_input() == 0 || b.usage.total_input() == 0) {
    not_compared(metric, "a run tells no input tokens");
  } else if (!metric.is_baseline_known || !metric.is_other_known) {
    not_compared(metric, "a run tells nothing of a cache");
  }
  return metric;
}

std::string why_no_cost(CostKind a, CostKind b) {
  if (a == CostKind::unpriced || b == CostKind::unpriced) return "of a run no price is known";
  if (a == CostKind::partial || b == CostKind::partial)
    return "a cost is a lower bound: of some calls no price is known";
  return {};
}

MetricChange cost_metric(const SessionMetrics& a, const SessionMetrics& b, const CompareThresholds& thresholds) {
  MetricChange metric{.key = "total_cost",
                      .title = "Total Cost",
                      .unit = MetricUnit::pico_usd,
                      .baseline = static_cast<double>(a.cost_pico_usd),
                      .other = static_cast<double>(b.cost_pico_usd),
                      .baseline_kind = a.cost_kind,
                      .other_kind = b.cost_kind,
                      .allowed = thresholds.cost_percent,
                      .is_allowed_relative = true};
  if (std::string why = why_no_cost(a.cost_kind, b.cost_kind); !why.empty()) not_compared(metric, std::move(why));
  return metric;
}

MetricChange duration_metric(const ComparedRun& a, const ComparedRun& b, const CompareThresholds& thresholds) {
  MetricChange metric{.key = "duration",
                      .title = "Duration",
                      .unit = MetricUnit::nanoseconds,
                      .baseline = static_cast<double>(a.metrics.duration.ns),
                      .other = static_cast<double>(b.metrics.duration.ns),
                      .allowed = thresholds.duration_percent,
                      .is_allowed_relative = true};
  if (a.summary.status == SessionStatus::running || b.summary.status == SessionStatus::running) {
    not_compared(metric, "a run has not ended");
  }
  return metric;
}

Assessment assessment_of(const std::vector<MetricChange>& metrics) {
  bool is_better = false, is_worse = false;
  for (const MetricChange& metric : metrics) {
    is_better = is_better || metric.verdict == Change::better;
    is_worse = is_worse || metric.verdict == Change::worse;
  }
  if (is_better && is_worse) return Assessment::mixed;
  return is_better ? Assessment::improved : is_worse ? Assessment::regressed : Assessment::similar;
}

}  // namespace

Result<void> CompareThresholds::set(std::string_view name, double value) {
  static constexpr struct {
    std::string_view name;
    double CompareThresholds::* threshold;
  } k_thresholds[] = {{"duration", &CompareThresholds::duration_percent},
                      {"cost", &CompareThresholds::cost_percent},
                      {"tokens", &CompareThresholds::tokens_percent},
                      {"cache", &CompareThresholds::cache_points},
                      {"errors", &CompareThresholds::errors},
                      {"iterations", &CompareThresholds::iterations}};
  if (!(value >= 0) || std::isinf(value)) return fail(ErrorCode::invalid, "a threshold is a number from 0 on");
  for (const auto& known : k_thresholds) {
    if (known.name != name) continue;
    this->*known.threshold = value;
    return {};
  }
  return fail(ErrorCode::invalid,
              "\"" + std::string(name) + "\" is no threshold: duration, cost, tokens, cache, errors, iterations are");
}

std::string_view name_of(Assessment assessment) {
  switch (assessment) {
    case Assessment::similar: return "similar";
    case Assessment::improved: return "improved";
    case Assessment::regressed: return "regressed";
    case Assessment::mixed: return "mixed";
  }
  return {};
}

ComparedRun run_of(const SessionView& session, const PathList& ignored) {
  return {.summary = session.summary, .metrics = metrics_of(session), .steps = steps_of_run(session, ignored)};
}

MetricComparison compare_metrics(const ComparedRun& baseline, const ComparedRun& other,
                                 const CompareThresholds& thresholds) {
  const SessionMetrics& a = baseline.metrics;
  const SessionMetrics& b = other.metrics;
  MetricComparison result;
  auto iterations = count_metric("iterations", "Iterations", a.iterations, b.iterations);
  iterations.allowed = thresholds.iterations;
  auto tokens = count_metric("total_tokens", "Total Tokens", a.usage.total(), b.usage.total());
  tokens.allowed = thresholds.tokens_percent;
  tokens.is_allowed_relative = true;
  auto errors = count_metric("errors", "Errors", a.errors, b.errors);
  errors.allowed = thresholds.errors;
  result.metrics = {iterations, tokens, cache_metric(a, b, thresholds), cost_metric(a, b, thresholds), errors};
  for (MetricChange& metric : result.metrics) metric.is_headline = true;
  // What did nothing is no better for having spent nothing.
  if ((a.llm_calls == 0) != (b.llm_calls == 0)) {
    for (MetricChange& metric : result.metrics) {
      const bool has_more_errors = metric.key == "errors" && b.errors > a.errors;
      if (!has_more_errors) not_compared(metric, "a run made no call to a model");
    }
  }
  result.metrics.push_back(duration_metric(baseline, other, thresholds));
  result.metrics.push_back(count_metric("llm_calls", "LLM Calls", a.llm_calls, b.llm_calls));
  result.metrics.push_back(count_metric("tool_calls", "Tool Calls", a.tool_calls, b.tool_calls));
  result.metrics.push_back(count_metric("input_tokens", "Input Tokens", a.usage.total_input(), b.usage.total_input()));
  auto output = count_metric("output_tokens", "Output Tokens", 0, 0);
  output.baseline = sum_of(a.usage.output, a.usage.reasoning);
  output.other = sum_of(b.usage.output, b.usage.reasoning);
  result.metrics.push_back(output);
  for (MetricChange& metric : result.metrics) {
    judge(metric);
    if (!metric.is_headline || !metric.is_compared) continue;
    ++result.headlines;
    result.improved += metric.change == Change::better ? 1 : 0;
  }
  result.assessment = assessment_of(result.metrics);
  return result;
}

}  // namespace strobe::analyze
