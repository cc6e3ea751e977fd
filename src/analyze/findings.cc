#include "analyze/findings.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <tuple>
#include <unordered_set>

#include "analyze/rules/spent.h"

namespace strobe::analyze {

namespace {

// More findings of one rule than anybody reads: the rest becomes one that says how many there are.
constexpr size_t k_findings_of_a_rule_max = 50;

bool comes_before(const Finding& a, const Finding& b) {
  return std::tuple(b.severity, b.cost_pico_usd, b.tokens, b.duration, a.step) <
         std::tuple(a.severity, a.cost_pico_usd, a.tokens, a.duration, b.step);
}

Finding sum_of(std::span<const Finding> rest, const SessionView& session) {
  Finding sum{.rule = rest.front().rule, .severity = rest.front().severity};
  sum.title = std::to_string(rest.size()) + " more like these";
  sum.evidence_text = "Only the worst " + std::to_string(k_findings_of_a_rule_max - 1) + " are listed one by one";
  Spent spent;
  std::vector<int32_t> evidence;
  for (const Finding& finding : rest) {
    if (!finding.evidence.empty()) evidence.push_back(finding.evidence.front());
    spent.tokens = add_saturated(spent.tokens, finding.tokens);
    spent.duration = spent.duration + finding.duration;
    spent.cost.add(finding.cost_kind, finding.cost_pico_usd);
  }
  set_evidence(sum, std::move(evidence), session);
  spent.put_into(sum);
  sum.fixes = rest.front().fixes;
  return sum;
}

// Each loss of the cache is told once: by the numbers alone only where no rule that knows the contexts names the call.
void drop_what_is_told_better(std::vector<Finding>& findings) {
  constexpr std::array<std::string_view, 4> k_better = {"cache_break", "context_rewrite", "compaction",
                                                        "tool_schema_churn"};
  std::unordered_set<int32_t> told;
  for (const Finding& finding : findings) {
    if (std::ranges::find(k_better, finding.rule) != k_better.end())
      told.insert(finding.evidence.begin(), finding.evidence.end());
  }
  std::erase_if(findings, [&](const Finding& finding) {
    return finding.rule == "cache_invalidation" &&
           std::ranges::all_of(finding.evidence, [&](int32_t span) { return told.contains(span); });
  });
}

}  // namespace

std::vector<Finding> findings_of(const SessionView& session, const Thresholds& thresholds,
                                 std::span<const SessionSummary> earlier) {
  const Shape shape = shape_of(session);
  Money money;
  SharedAnswers shared(session, shape, money);
  const RuleInput input{session, shape, thresholds, earlier, money, shared};
  std::vector<Finding> findings;
  for (const Rule* rule : all_rules()) {
    std::vector<Finding> found;
    rule->find(input, found);
    std::ranges::stable_sort(found, comes_before);
    if (found.size() > k_findings_of_a_rule_max) {
      const Finding rest = sum_of(std::span(found).subspan(k_findings_of_a_rule_max - 1), session);
      found.resize(k_findings_of_a_rule_max - 1);
      found.push_back(rest);
    }
    std::ranges::move(found, std::back_inserter(findings));
  }
  drop_what_is_told_better(findings);
  std::ranges::stable_sort(findings, comes_before);
  return findings;
}

}  // namespace strobe::analyze
