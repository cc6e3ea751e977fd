#include <algorithm>

#include "analyze/rules/rules.h"
#include "analyze/rules/support.h"

// Calls that take more than twice the average of their agent's calls. Where all of them are small it is low: who reads
// one file among short questions takes more for it, and nobody minds.

namespace strobe::analyze {

namespace {

constexpr Threshold k_thresholds[] = {
    {"above_percent", 200, 101, 100'000, "tokens of a call in percent of the average above which it stands out"},
    {"calls_from", 3, 2, 1'000'000, "calls of an agent from which there is an average"},
    {"tokens_above", 10'000, 0, 1'000'000'000, "tokens of a call without which it is low"},
};

void find(const RuleInput& input, std::vector<Finding>& findings) {
  const int64_t above_percent = input.thresholds.get(k_token_outlier, "above_percent");
  for (const AgentLoop& loop : loops_of(input)) {
    int64_t calls = 0;
    int64_t sum = 0;
    for (const int32_t call : loop.calls) {
      const SpanView& span = input.session.spans[call];
      if (!span.counted || span.span.facts.usage.total() == 0) continue;
      ++calls;
      sum = add_saturated(sum, span.span.facts.usage.total());
    }
    if (calls == 0 || calls < input.thresholds.get(k_token_outlier, "calls_from")) continue;
    const int64_t average = sum / calls;
    std::vector<int32_t> evidence;
    int64_t beyond = 0;
    int64_t most = 0;
    for (const int32_t call : loop.calls) {
      const SpanView& span = input.session.spans[call];
      const int64_t tokens = span.counted ? span.span.facts.usage.total() : 0;
      if (!is_above_percent(tokens, average, above_percent)) continue;
      evidence.push_back(call);
      beyond = add_saturated(beyond, tokens - average);
      most = std::max(most, tokens);
    }
    if (evidence.empty()) continue;
    Finding finding{.rule = std::string(k_token_outlier.id)};
    const bool is_small = most <= input.thresholds.get(k_token_outlier, "tokens_above");
    finding.severity = is_small ? Severity::low : Severity::medium;
    const auto count = static_cast<int64_t>(evidence.size());
    finding.title =
        amount_of(count, "call") + " took more than " + std::to_string(above_percent) + "% of the average tokens";
    finding.evidence_text = "The average of " + amount_of(calls, "call") + " is " + amount_of(average, "token");
    finding.tokens = beyond;
    set_evidence(finding, std::move(evidence), input.session);
    finding.fixes = {"Look what came in before that call: strobe context growth shows it", "Cap what tools may return",
                     "Split the work, so that no call needs all of it"};
    findings.push_back(std::move(finding));
  }
}

}  // namespace

constinit const Rule k_token_outlier = {
    .id = "token_outlier",
    .summary = "a call took far more tokens than its agent's average",
    .about = About::size,
    .thresholds = k_thresholds,
    .find = find,
};

}  // namespace strobe::analyze
