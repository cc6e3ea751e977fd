#include <algorithm>

#include "analyze/rules/rules.h"
#include "analyze/rules/span_facts.h"
#include "analyze/rules/support.h"

// The agent was warned that its budget runs out and went on as before: in the three steps behind the warning it neither
// changed its mode nor called at most half as many tools as in the three before.

namespace strobe::analyze {

namespace {

constexpr Threshold k_thresholds[] = {
    {"steps", 3, 1, 1'000, "steps before and behind the warning that are compared"},
    {"fewer_percent", 50, 1, 100, "percent by which the calls of tools must fall"},
};

struct Around {
  int64_t before = 0, after = 0;
  size_t steps_after = 0;
  TimeNs end;  // of what is looked at behind the warning
};

Around around(const RuleInput& input, const std::vector<TimeNs>& starts, TimeNs warning, size_t steps) {
  const std::vector<Step>& all = input.shape.steps;
  const size_t at = std::ranges::upper_bound(starts, warning) - starts.begin();
  Around sum{.end = warning};
  for (size_t i = at - std::min(at, steps); i < at; ++i) sum.before += static_cast<int64_t>(all[i].tools.size());
  for (size_t i = at; i < std::min(at + steps, all.size()); ++i) {
    sum.after += static_cast<int64_t>(all[i].tools.size());
    ++sum.steps_after;
    if (all[i].call >= 0) sum.end = end_of(input.session.spans[all[i].call]);
  }
  return sum;
}

// Steps of the whole session by start. A step without a call has the one before's.
std::vector<TimeNs> starts_of(const RuleInput& input) {
  std::vector<TimeNs> starts;
  for (const Step& step : input.shape.steps) {
    const TimeNs last = starts.empty() ? TimeNs{} : starts.back();
    starts.push_back(step.call < 0 ? last : std::max(last, input.session.spans[step.call].span.facts.start));
  }
  return starts;
}

void find(const RuleInput& input, std::vector<Finding>& findings) {
  const std::vector<Mark>& warnings = input.shared.marks(MarkKind::budget_warning);
  if (warnings.empty()) return;
  const std::vector<Mark>& changes = input.shared.marks(MarkKind::mode_change);
  const std::vector<TimeNs> starts = starts_of(input);
  const int64_t steps = input.thresholds.get(k_budget_warning_ignored, "steps");
  const int64_t fewer = input.thresholds.get(k_budget_warning_ignored, "fewer_percent");
  std::vector<int32_t> ignored;
  for (const Mark& warning : warnings) {
    const Around sum = around(input, starts, warning.time, static_cast<size_t>(steps));
    if (sum.steps_after == 0 || sum.before == 0) continue;
    const auto change = std::ranges::lower_bound(changes, warning.time, {}, &Mark::time);
    if (change != changes.end() && change->time <= sum.end) continue;
    if (is_above_percent(sum.after, sum.before, 100 - fewer)) ignored.push_back(warning.span);
  }
  if (ignored.empty()) return;
  Finding finding{.rule = std::string(k_budget_warning_ignored.id), .severity = Severity::medium};
  finding.title = amount_of(static_cast<int64_t>(ignored.size()), "budget warning") + " made no difference";
  finding.evidence_text =
      "The agent called nearly as many tools in the " + amount_of(steps, "step") + " behind it as before";
  set_evidence(finding, std::move(ignored), input.session);
  finding.fixes = {"Tell the agent in the prompt what to do when its budget runs out: finish, sum up, stop",
                   "Have the runtime end the loop, or take tools away, once the warning was given"};
  findings.push_back(std::move(finding));
}

}  // namespace

constinit const Rule k_budget_warning_ignored = {
    .id = "budget_warning_ignored",
    .summary = "an agent went on as before after a budget warning",
    .thresholds = k_thresholds,
    .find = find,
};

}  // namespace strobe::analyze
