#include <algorithm>

#include "analyze/rules/rules.h"
#include "analyze/rules/support.h"

// The guide's: "> 7 iterations (medium), > 10 (high)". Judged for each agent by itself: what sub-agents do is no
// iteration of the one that asked them.

namespace strobe::analyze {

namespace {

constexpr Threshold k_thresholds[] = {
    {"medium_above", 7, 1, 1'000'000, "iterations of one agent beyond which it is medium"},
    {"high_above", 10, 1, 1'000'000, "iterations of one agent beyond which it is high"},
};

void find(const RuleInput& input, std::vector<Finding>& findings) {
  const int64_t medium_above = input.thresholds.get(k_excessive_iterations, "medium_above");
  const int64_t high_above = input.thresholds.get(k_excessive_iterations, "high_above");
  const std::vector<AgentLoop>& loops = loops_of(input);
  for (const AgentLoop& loop : loops) {
    const auto iterations = static_cast<int64_t>(loop.calls.size());
    const bool is_high = iterations > high_above;
    if (!is_high && iterations <= medium_above) continue;
    const int64_t limit = is_high ? std::min(medium_above, high_above) : medium_above;
    Finding finding{.rule = std::string(k_excessive_iterations.id),
                    .severity = is_high ? Severity::high : Severity::medium};
    finding.title = who(input, loop, loops.size()) + " used " + std::to_string(iterations) + " iterations";
    finding.evidence_text = "May be stuck in a loop, or the task is too big for one run: more than " +
                            std::to_string(limit) + " calls to the model, one after another";
    std::vector<int32_t> beyond(loop.calls.begin() + limit, loop.calls.end());
    Spent spent;
    for (const int32_t call : beyond) spent.add(input.session.spans[call]);
    spent.put_into(finding);
    set_evidence(finding, std::move(beyond), input.session);
    finding.fixes = {"Break the task into smaller subtasks", "Provide clearer requirements in the prompt",
                     "Check for loops of recovering from the same error",
                     "Describe the tools better, so that the agent need not try which one it wants"};
    findings.push_back(std::move(finding));
  }
}

}  // namespace

constinit const Rule k_excessive_iterations = {
    .id = "excessive_iterations",
    .summary = "an agent needed many calls to the model",
    .about = About::deeds,
    .thresholds = k_thresholds,
    .find = find,
};

}  // namespace strobe::analyze
