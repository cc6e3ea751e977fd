#include <utility>

#include "analyze/rules/rules.h"
#include "analyze/rules/support.h"

// A call that takes more than three times the tokens of the agent's call before it: something big came in at once.

namespace strobe::analyze {

namespace {

constexpr Threshold k_thresholds[] = {
    {"rise_above", 200, 1, 100'000, "percent by which the tokens rose from one call to the next"},
    {"tokens_above", 10'000, 0, 1'000'000'000, "tokens of the call without which a rise is nothing"},
};

void find(const RuleInput& input, std::vector<Finding>& findings) {
  const int64_t rise_above = input.thresholds.get(k_token_spike, "rise_above");
  const int64_t tokens_above = input.thresholds.get(k_token_spike, "tokens_above");
  for (const AgentLoop& loop : loops_of(input)) {
    int64_t before = 0;
    for (const int32_t call : loop.calls) {
      const SpanView& span = input.session.spans[call];
      const int64_t tokens = span.counted ? span.span.facts.usage.total() : 0;
      if (tokens == 0) continue;
      const int64_t last = std::exchange(before, tokens);
      if (tokens <= tokens_above || !is_above_percent(tokens, last, 100 + rise_above)) continue;
      Finding finding{.rule = std::string(k_token_spike.id), .severity = Severity::medium};
      finding.title = "Step " + std::to_string(span.step) + " took " + std::to_string(tokens) + " tokens after " +
                      std::to_string(last);
      finding.evidence_text =
          "Rose by " + std::to_string(percent_of(tokens - last, last)) + "% from one call of the agent to the next";
      finding.tokens = tokens - last;
      set_evidence(finding, {call}, input.session);
      finding.fixes = {"Cap what tools may return: strobe context growth says which one was big",
                       "Compact the conversation before a big result comes in",
                       "Have the agent read parts of big files instead of the whole"};
      findings.push_back(std::move(finding));
    }
  }
}

}  // namespace

constinit const Rule k_token_spike = {
    .id = "token_spike",
    .summary = "a call took far more tokens than the one before it",
    .about = About::size,
    .thresholds = k_thresholds,
    .find = find,
};

}  // namespace strobe::analyze
