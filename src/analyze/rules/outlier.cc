#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "analyze/rules/rules.h"
#include "analyze/rules/support.h"

// A run that took far more than earlier runs of the same agent: tokens, cost, time or steps beyond their median by many
// times the median absolute deviation (scaled by 1.4826, so that it is a standard deviation where runs vary as dice do)
// and by a good part of the median itself, for runs that are all alike have no deviation.

namespace strobe::analyze {

namespace {

constexpr Threshold k_thresholds[] = {
    {"runs_min", 5, 3, 1'000, "earlier runs of the agent without which nothing is compared"},
    {"deviations_above", 5, 1, 1'000, "scaled median absolute deviations above the median beyond which it is told"},
    {"medium_percent_above", 50, 1, 1'000'000, "percent above the median beyond which it is medium"},
    {"high_percent_above", 200, 1, 1'000'000, "percent above the median beyond which it is high"},
};

constexpr int64_t k_unknown = -1;

struct Metric {
  std::string_view name;                     // "tokens"
  int64_t (*of)(const SessionSummary& run);  // k_unknown: cannot be compared
  std::string (*text)(int64_t value);
};

int64_t tokens_of(const SessionSummary& run) { return run.usage.total() > 0 ? run.usage.total() : k_unknown; }
int64_t cost_of(const SessionSummary& run) {
  const bool is_whole = run.cost_kind == CostKind::reported || run.cost_kind == CostKind::computed;
  return is_whole ? run.cost_pico_usd : k_unknown;
}
int64_t duration_of(const SessionSummary& run) {
  return run.status == SessionStatus::running || run.end <= run.start ? k_unknown : (run.end - run.start).ns;
}
int64_t steps_of(const SessionSummary& run) { return run.steps > 0 ? run.steps : k_unknown; }

std::string plain_text(int64_t value) { return std::to_string(value); }
std::string dollar_text(int64_t pico_usd) {
  const int64_t tenths_of_mills = pico_usd / 100'000'000;
  std::string digits = std::to_string(tenths_of_mills % 10'000);
  return "$" + std::to_string(tenths_of_mills / 10'000) + "." + std::string(4 - digits.size(), '0') + digits;
}
std::string time_text(int64_t ns) { return seconds_of({ns}); }

constexpr std::array<Metric, 4> k_metrics = {{{"tokens", tokens_of, plain_text},
                                              {"cost", cost_of, dollar_text},
                                              {"duration", duration_of, time_text},
                                              {"steps", steps_of, plain_text}}};

// Of an even number the upper one of the two in the middle.
double median_of(std::vector<double>& values) {
  const auto middle = values.begin() + static_cast<ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  return *middle;
}

void compare(const RuleInput& input, const Metric& metric, std::vector<Finding>& findings) {
  const int64_t value = metric.of(input.session.summary);
  if (value == k_unknown) return;
  std::vector<double> earlier;
  for (const SessionSummary& run : input.earlier) {
    if (metric.of(run) != k_unknown) earlier.push_back(static_cast<double>(metric.of(run)));
  }
  const auto threshold = [&](std::string_view name) { return input.thresholds.get(k_outlier, name); };
  if (static_cast<int64_t>(earlier.size()) < threshold("runs_min")) return;
  const double median = median_of(earlier);
  std::vector<double> deviations;
  for (const double one : earlier) deviations.push_back(one < median ? median - one : one - median);
  const double deviation = 1.4826 * median_of(deviations);
  const double above = static_cast<double>(value) - median;
  const auto is_beyond = [&](std::string_view percent) {
    return above * 100 > median * static_cast<double>(threshold(percent));
  };
  if (above <= deviation * static_cast<double>(threshold("deviations_above"))) return;
  const bool is_high = is_beyond("high_percent_above");
  if (!is_high && !is_beyond("medium_percent_above")) return;
  Finding finding{.rule = std::string(k_outlier.id), .severity = is_high ? Severity::high : Severity::medium};
  const auto mark_of = [&](const SessionSummary& run) {
    return metric.of == cost_of && run.cost_kind == CostKind::computed ? "~" : "";
  };
  const auto computed = std::ranges::find(input.earlier, CostKind::computed, &SessionSummary::cost_kind);
  finding.title = "Unusual " + std::string(metric.name) + ": " + mark_of(input.session.summary) + metric.text(value) +
                  ", where earlier runs took " + (computed == input.earlier.end() ? "" : mark_of(*computed)) +
                  metric.text(static_cast<int64_t>(std::min(median, 9e18)));
  finding.evidence_text =
      "Median of " + amount_of(static_cast<int64_t>(earlier.size()), "earlier run") + " of this agent";
  // Roots stand for the whole run.
  for (size_t i = 0; i < input.session.spans.size() && finding.evidence.empty(); ++i) {
    if (input.session.spans[i].parent < 0) finding.evidence.push_back(static_cast<int32_t>(i));
  }
  const auto more = static_cast<int64_t>(std::min(above, 9e18));
  if (metric.of == tokens_of) finding.tokens = more;
  if (metric.of == duration_of) finding.duration = {more};
  if (metric.of == cost_of) {
    finding.cost_pico_usd = more;
    finding.cost_kind = input.session.summary.cost_kind;
  }
  finding.fixes = {"Compare it with a usual run: strobe compare USUAL THIS",
                   "Look at the other findings of this run first: they may say why",
                   "Put a limit on steps, tokens or time a little above what runs of this agent take"};
  findings.push_back(std::move(finding));
}

void find(const RuleInput& input, std::vector<Finding>& findings) {
  for (const Metric& metric : k_metrics) compare(input, metric, findings);
}

}  // namespace

constinit const Rule k_outlier = {
    .id = "outlier",
    .summary = "far more tokens, cost, time or steps than earlier runs of the same agent",
    .thresholds = k_thresholds,
    .find = find,
};

}  // namespace strobe::analyze
