#include "analyze/rules/rules.h"
#include "analyze/rules/span_facts.h"
#include "analyze/rules/support.h"

// Sub-agents that ran out of time.

namespace strobe::analyze {

namespace {

void find(const RuleInput& input, std::vector<Finding>& findings) {
  std::vector<int32_t> evidence;
  Spent spent;
  for (const int32_t span : input.shared.agents()) {
    if (!is_subagent(input, span) || !has_timed_out(input.session.spans[span])) continue;
    evidence.push_back(span);
    spent.add(input.session.spans[span]);
  }
  if (evidence.empty()) {
    for (const Mark& mark : input.shared.marks(MarkKind::subagent_timeout)) evidence.push_back(mark.span);
  }
  if (evidence.empty()) return;
  const auto count = static_cast<int64_t>(evidence.size());
  Finding finding{.rule = std::string(k_subagent_timeout.id), .severity = Severity::high};
  finding.title = amount_of(count, "sub-agent") + " timed out";
  finding.evidence_text = "The first one: " + quoted(agent_name_of(input.session.spans[evidence.front()]));
  spent.put_into(finding);
  set_evidence(finding, std::move(evidence), input.session);
  finding.fixes = {"Give sub-agents smaller tasks, or more time",
                   "Let a sub-agent report what it has before its time is up, so that its work is not lost"};
  findings.push_back(std::move(finding));
}

}  // namespace

constinit const Rule k_subagent_timeout = {
    .id = "subagent_timeout",
    .summary = "a sub-agent ran out of time",
    .about = About::deeds,
    .thresholds = {},
    .find = find,
};

}  // namespace strobe::analyze
