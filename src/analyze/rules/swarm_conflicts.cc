#include <map>

#include "analyze/rules/rules.h"
#include "analyze/rules/span_facts.h"
#include "analyze/rules/support.h"

// Workers of one wave of a swarm got into each other's way again and again.

namespace strobe::analyze {

namespace {

constexpr Threshold k_thresholds[] = {
    {"conflicts_above", 2, 1, 1'000'000, "conflicts in one wave beyond which it is medium"},
};

void find(const RuleInput& input, std::vector<Finding>& findings) {
  std::map<int64_t, std::vector<int32_t>> waves;
  for (const Mark& mark : input.shared.marks(MarkKind::swarm_conflict)) {
    waves[number_of(mark.attributes, "wave").value_or(0)].push_back(mark.span);
  }
  for (const auto& [wave, conflicts] : waves) {
    const auto count = static_cast<int64_t>(conflicts.size());
    if (count <= input.thresholds.get(k_swarm_conflicts, "conflicts_above")) continue;
    Finding finding{.rule = std::string(k_swarm_conflicts.id), .severity = Severity::medium};
    finding.title = amount_of(count, "conflict") + " in wave " + std::to_string(wave) + " of the swarm";
    finding.evidence_text = "Workers changed the same things at the same time";
    set_evidence(finding, conflicts, input.session);
    finding.fixes = {"Put tasks that touch the same files into different waves, or into one task",
                     "Give each worker a copy of its own to work on"};
    findings.push_back(std::move(finding));
  }
}

}  // namespace

constinit const Rule k_swarm_conflicts = {
    .id = "swarm_conflicts",
    .summary = "workers of a swarm got into each other's way",
    .thresholds = k_thresholds,
    .find = find,
};

}  // namespace strobe::analyze
