#include <algorithm>

#include "analyze/rules/rules.h"
#include "analyze/rules/support.h"

// Most of what the models put out was reasoning, not an answer.

namespace strobe::analyze {

namespace {

constexpr Threshold k_thresholds[] = {
    {"above_percent", 70, 1, 100, "share of reasoning in all output tokens above which it is medium"},
    {"tokens_from", 1'000, 0, 1'000'000'000, "tokens of reasoning without which it is nothing"},
};

void find(const RuleInput& input, std::vector<Finding>& findings) {
  const int64_t above_percent = input.thresholds.get(k_thinking_overhead, "above_percent");
  Usage sum;
  std::vector<int32_t> evidence;
  CostSum cost;
  for (const int32_t call : input.shape.calls) {
    const SpanView& span = input.session.spans[call];
    if (!span.counted) continue;
    const Usage& usage = span.span.facts.usage;
    sum += usage;
    if (usage.reasoning == 0) continue;
    if (is_above_percent(usage.reasoning, add_saturated(usage.reasoning, usage.output), above_percent)) {
      evidence.push_back(call);
    }
    Usage silent = usage;
    silent.reasoning = 0;
    const prices::Cost now = input.money.cost_of(span.span.facts, usage);
    cost.add(now.kind, std::max<int64_t>(0, now.pico_usd - input.money.cost_of(span.span.facts, silent).pico_usd));
  }
  const int64_t output = add_saturated(sum.reasoning, sum.output);
  if (sum.reasoning < input.thresholds.get(k_thinking_overhead, "tokens_from")) return;
  if (!is_above_percent(sum.reasoning, output, above_percent)) return;
  Finding finding{.rule = std::string(k_thinking_overhead.id), .severity = Severity::medium};
  finding.title = std::to_string(percent_of(sum.reasoning, output)) + "% of the output was reasoning";
  finding.evidence_text =
      amount_of(sum.reasoning, "token") + " of reasoning beside " + std::to_string(sum.output) + " of answers";
  finding.tokens = sum.reasoning;
  finding.cost_kind = cost.kind();
  finding.cost_pico_usd = cost.pico_usd;
  set_evidence(finding, std::move(evidence), input.session);
  finding.fixes = {"Turn extended thinking off, or lower its effort, for steps that only call tools",
                   "Set a budget for reasoning tokens", "Use a model without reasoning for the simple steps"};
  findings.push_back(std::move(finding));
}

}  // namespace

constinit const Rule k_thinking_overhead = {
    .id = "thinking_overhead",
    .summary = "most of the output was reasoning",
    .thresholds = k_thresholds,
    .find = find,
};

}  // namespace strobe::analyze
