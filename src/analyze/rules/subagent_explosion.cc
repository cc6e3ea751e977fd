#include <algorithm>
#include <string>
#include <vector>

#include "analyze/rules/rules.h"
#include "analyze/rules/support.h"

// An agent that starts more sub-agents than anybody can follow, or sub-agents of sub-agents of sub-agents. Only agents
// that call a model themselves count: frameworks put agents around agents that do nothing of their own.

namespace strobe::analyze {

namespace {

constexpr Threshold k_thresholds[] = {
    {"medium_from", 10, 2, 1'000'000, "sub-agents of one agent from which it is medium"},
    {"high_from", 30, 2, 1'000'000, "sub-agents of one agent from which it is high"},
    {"depth_from", 4, 2, 10'000, "agents inside each other, the first one included, from which it is medium"},
};

struct Agents {
  std::vector<bool> works;      // calls a model itself
  std::vector<int32_t> boss;    // the nearest agent above that works, else the topmost one, -1: none
  std::vector<int32_t> depth;   // agents that work from the top down to this one
  std::vector<int64_t> tokens;  // of its own calls
};

// Agents above come first in `order`; those whose agents lead back to themselves are in none.
std::vector<int32_t> top_down(const SessionView& session, const std::vector<int32_t>& agent_of) {
  std::vector<std::vector<int32_t>> below(session.spans.size());
  std::vector<int32_t> order;
  for (size_t i = 0; i < session.spans.size(); ++i) {
    if (session.spans[i].span.facts.kind != Kind::agent) continue;
    if (agent_of[i] < 0) order.push_back(static_cast<int32_t>(i));
    if (agent_of[i] >= 0) below[agent_of[i]].push_back(static_cast<int32_t>(i));
  }
  for (size_t next = 0; next < order.size(); ++next) {
    const std::vector<int32_t>& inner = below[order[next]];
    order.insert(order.end(), inner.begin(), inner.end());
  }
  return order;
}

Agents agents_of(const RuleInput& input, const std::vector<int32_t>& order) {
  const size_t spans = input.session.spans.size();
  Agents agents{.works = std::vector<bool>(spans),
                .boss = std::vector<int32_t>(spans, -1),
                .depth = std::vector<int32_t>(spans),
                .tokens = std::vector<int64_t>(spans)};
  for (const int32_t call : input.shape.calls) {
    const int32_t agent = input.shape.agent_of[call];
    if (agent < 0) continue;
    agents.works[agent] = true;
    const SpanView& span = input.session.spans[call];
    if (span.counted) agents.tokens[agent] = add_saturated(agents.tokens[agent], span.span.facts.usage.total());
  }
  for (const int32_t agent : order) {
    const int32_t above = input.shape.agent_of[agent];
    if (above >= 0) agents.boss[agent] = agents.works[above] || agents.boss[above] < 0 ? above : agents.boss[above];
    agents.depth[agent] = (above >= 0 ? agents.depth[above] : 0) + (agents.works[agent] ? 1 : 0);
  }
  return agents;
}

std::string agent_name(const SpanView& span) {
  const SpanFacts& facts = span.span.facts;
  return quoted(facts.agent.empty() ? facts.name : facts.agent);
}

void tell_count(const RuleInput& input, int32_t boss, const std::vector<int32_t>& inner, const Agents& agents,
                std::vector<Finding>& findings) {
  const auto count = static_cast<int64_t>(inner.size());
  Finding finding{.rule = std::string(k_subagent_explosion.id)};
  finding.severity =
      count >= input.thresholds.get(k_subagent_explosion, "high_from") ? Severity::high : Severity::medium;
  finding.title = "Agent " + agent_name(input.session.spans[boss]) + " started " + amount_of(count, "sub-agent");
  int64_t tokens = 0;
  for (const int32_t agent : inner) tokens = add_saturated(tokens, agents.tokens[agent]);
  finding.evidence_text = "Their own calls took " + amount_of(tokens, "token") + ", " +
                          std::to_string(percent_of(tokens, input.session.summary.usage.total())) +
                          "% of the session's";
  set_evidence(finding, inner, input.session);
  finding.fixes = {"Give one sub-agent several pieces of the work instead of one each",
                   "Put a limit on how many sub-agents an agent may start, and on how many run at once",
                   "Do small pieces in the agent itself: each sub-agent pays for its own system prompt and tools"};
  findings.push_back(std::move(finding));
}

void tell_depth(const RuleInput& input, int32_t deepest, const Agents& agents, std::vector<Finding>& findings) {
  std::vector<int32_t> chain;
  for (int32_t agent = deepest; agent >= 0; agent = input.shape.agent_of[agent]) {
    if (agents.works[agent]) chain.push_back(agent);
  }
  Finding finding{.rule = std::string(k_subagent_explosion.id), .severity = Severity::medium};
  finding.title = "Agents stand inside each other " + std::to_string(agents.depth[deepest]) + " deep";
  finding.evidence_text = "The innermost is " + agent_name(input.session.spans[deepest]);
  set_evidence(finding, std::move(chain), input.session);
  finding.fixes = {"Let sub-agents do their work themselves: take the tool that starts agents from them",
                   "Put a limit on the depth of delegation"};
  findings.push_back(std::move(finding));
}

void find(const RuleInput& input, std::vector<Finding>& findings) {
  const std::vector<int32_t> order = top_down(input.session, input.shape.agent_of);
  if (order.empty()) return;
  const Agents agents = agents_of(input, order);
  std::vector<std::vector<int32_t>> inner(input.session.spans.size());
  int32_t deepest = order.front();
  for (const int32_t agent : order) {
    if (agents.works[agent] && agents.boss[agent] >= 0) inner[agents.boss[agent]].push_back(agent);
    if (agents.works[agent] && agents.depth[agent] > agents.depth[deepest]) deepest = agent;
  }
  const auto threshold = [&](std::string_view name) { return input.thresholds.get(k_subagent_explosion, name); };
  const auto from = static_cast<size_t>(std::min(threshold("medium_from"), threshold("high_from")));
  for (const int32_t agent : order) {
    if (inner[agent].size() >= from) tell_count(input, agent, inner[agent], agents, findings);
  }
  if (agents.depth[deepest] >= threshold("depth_from")) tell_depth(input, deepest, agents, findings);
}

}  // namespace

constinit const Rule k_subagent_explosion = {
    .id = "subagent_explosion",
    .summary = "more sub-agents, or deeper ones, than a task needs",
    .thresholds = k_thresholds,
    .find = find,
};

}  // namespace strobe::analyze
