#include <map>
#include <unordered_map>

#include "analyze/rules/rules.h"
#include "analyze/rules/span_facts.h"
#include "analyze/rules/support.h"

// Sub-agents that fail: several of one type, or most of all.

namespace strobe::analyze {

namespace {

constexpr Threshold k_thresholds[] = {
    {"medium_from", 2, 1, 1'000'000, "failures of one type of sub-agent from which it is medium"},
    {"high_from", 3, 1, 1'000'000, "failures of one type of sub-agent from which it is high"},
    {"agents_from", 3, 1, 1'000'000, "sub-agents from which their failing share is judged"},
    {"failed_above", 50, 0, 100, "percent of all sub-agents that failed above which it is high"},
};

// What failed agents took: their time, and the calls right below them.
struct Failed {
  std::vector<int32_t> agents;
  Spent spent;

  void add(int32_t agent, const Spent& more) {
    agents.push_back(agent);
    spent.tokens = add_saturated(spent.tokens, more.tokens);
    spent.cost += more.cost;
    spent.duration = spent.duration + more.duration;
  }
};

std::unordered_map<int32_t, Spent> spent_by_agent(const RuleInput& input) {
  std::unordered_map<int32_t, Spent> spent;
  for (const int32_t call : input.shape.calls) spent[input.shape.agent_of[call]].add(input.session.spans[call]);
  return spent;
}

void add_finding(const RuleInput& input, Severity severity, std::string title, std::string evidence_text,
                 const Failed& failed, std::vector<Finding>& findings) {
  Finding finding{.rule = std::string(k_subagent_inefficiency.id), .severity = severity};
  finding.title = std::move(title);
  finding.evidence_text = std::move(evidence_text);
  failed.spent.put_into(finding);
  set_evidence(finding, failed.agents, input.session);
  finding.fixes = {"Review what is delegated: a failed sub-agent's work is paid for and lost",
                   "Tell sub-agents all they need: they do not see the conversation",
                   "Give the sub-agent the tools and permissions that its task needs"};
  findings.push_back(std::move(finding));
}

void find(const RuleInput& input, std::vector<Finding>& findings) {
  struct Type {
    int64_t agents = 0;
    Failed failed;
  };
  std::map<std::string_view, Type> types;
  int64_t agents = 0;
  Failed failed;
  std::unordered_map<int32_t, Spent> spent = spent_by_agent(input);
  for (const int32_t span : input.shared.agents()) {
    const SpanView& view = input.session.spans[span];
    if (!is_subagent(input, span)) continue;
    Type& type = types[agent_name_of(view)];
    ++agents;
    ++type.agents;
    if (!has_failed(view)) continue;
    Spent& own = spent[span];
    own.duration = view.span.facts.duration();
    type.failed.add(span, own);
    failed.add(span, own);
  }
  const auto threshold = [&](std::string_view name) { return input.thresholds.get(k_subagent_inefficiency, name); };
  // A session may have very many types: each is worth a finding only when it fails often enough.
  for (const auto& [name, type] : types) {
    const auto count = static_cast<int64_t>(type.failed.agents.size());
    const bool is_high = count >= threshold("high_from");
    if (!is_high && count < threshold("medium_from")) continue;
    add_finding(input, is_high ? Severity::high : Severity::medium,
                "Sub-agent " + quoted(name) + " failed " + amount_of(count, "time"),
                std::to_string(count) + " of its " + amount_of(type.agents, "run") + " failed", type.failed, findings);
  }
  const auto count = static_cast<int64_t>(failed.agents.size());
  if (agents < threshold("agents_from") || !is_above_percent(count, agents, threshold("failed_above"))) return;
  add_finding(input, Severity::high, std::to_string(count) + " of " + amount_of(agents, "sub-agent") + " failed",
              std::to_string(percent_of(count, agents)) + "% of what was delegated came to nothing", failed, findings);
}

}  // namespace

constinit const Rule k_subagent_inefficiency = {
    .id = "subagent_inefficiency",
    .summary = "sub-agents failed",
    .about = About::deeds,
    .thresholds = k_thresholds,
    .find = find,
};

}  // namespace strobe::analyze
