#include <algorithm>

#include "analyze/rules/rules.h"
#include "analyze/rules/support.h"

// An agent's steps one after another, in each of which a tool failed: it does not get out of it by itself. Critical
// when the session ends so.

namespace strobe::analyze {

namespace {

constexpr Threshold k_thresholds[] = {
    {"steps_from", 3, 2, 1'000'000, "steps in a row with a failing tool from which it is high"},
};

struct Streak {
  int64_t steps = 0;
  std::vector<int32_t> failures;  // calls of tools
};

void add_finding(const RuleInput& input, const Streak& streak, bool is_at_end, std::vector<Finding>& findings) {
  if (streak.steps < input.thresholds.get(k_error_streak, "steps_from")) return;
  Finding finding{.rule = std::string(k_error_streak.id), .severity = is_at_end ? Severity::critical : Severity::high};
  finding.title = "A tool failed in each of " + std::to_string(streak.steps) + " steps in a row" +
                  (is_at_end ? ", up to the end" : "");
  const SpanView& last = input.session.spans[streak.failures.back()];
  finding.evidence_text = "The last one was " + quoted(tool_name_of(last));
  if (!last.span.facts.error_type.empty()) finding.evidence_text += ": " + last.span.facts.error_type.substr(0, 60);
  Spent spent;
  for (const int32_t tool : streak.failures) spent.add(input.session.spans[tool]);
  int32_t last_call = -1;
  for (const int32_t tool : streak.failures) {
    const int32_t call = input.shape.call_of[tool];
    if (call >= 0 && call != last_call) spent.add(input.session.spans[call]);
    last_call = call;
  }
  spent.put_into(finding);
  set_evidence(finding, streak.failures, input.session);
  finding.fixes = {"Stop after a few failures and ask, instead of trying the next variation",
                   "Look for a pattern in what the failing tools say",
                   "Review permissions and configuration of what fails"};
  findings.push_back(std::move(finding));
}

void find(const RuleInput& input, std::vector<Finding>& findings) {
  const auto last_step = static_cast<int32_t>(input.shape.steps.size());
  for (const AgentLoop& loop : loops_of(input)) {
    Streak streak;
    for (const int32_t call : loop.calls) {
      const int32_t number = input.session.spans[call].step;
      const size_t failures_before = streak.failures.size();
      for (const int32_t tool : input.shape.steps[number - 1].tools) {
        if (has_failed(input.session.spans[tool])) streak.failures.push_back(tool);
      }
      const bool has_failure = streak.failures.size() > failures_before;
      if (has_failure) ++streak.steps;
      if (has_failure && call != loop.calls.back()) continue;
      add_finding(input, streak, has_failure && number == last_step, findings);
      streak = {};
    }
  }
}

}  // namespace

constinit const Rule k_error_streak = {
    .id = "error_streak",
    .summary = "tools failed in several steps in a row",
    .about = About::deeds,
    .thresholds = k_thresholds,
    .find = find,
};

}  // namespace strobe::analyze
