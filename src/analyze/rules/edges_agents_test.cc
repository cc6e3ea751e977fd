#include "analyze/rules/edges_test_util.h"
#include "analyze/test_session.h"

// Edges of the rules that read agents, swarms, budgets, whole sessions and earlier runs.

namespace strobe::analyze {

namespace {

// Sub-agents of two types; x fails.
Edge of_subagents(std::string_view first, std::string_view second = "") {
  TestSession test;
  const int main = test.agent(0, 0, 100'000, "main");
  int64_t at = 10;
  for (const auto& [name, runs] : {std::pair("reader", first), std::pair("writer", second)}) {
    for (const char run : runs) {
      const int agent = test.agent(main, at, at + 9, name);
      if (run == 'x') test.fail(agent);
      at += 10;
    }
  }
  return {test.build(), {}};
}

Edge of_workers(int count) {
  TestSession test;
  const int agent = test.agent(0, 0, 100'000, "lead");
  test.call(agent, 0, 100);
  for (int i = 0; i < count; ++i) test.call(test.agent(agent, 1'000 + i, 50'000, "worker"), 1'000 + i, 40'000);
  return {test.build(), {}};
}

Edge nested(int depth) {
  TestSession test;
  int agent = 0;
  for (int i = 0; i < depth; ++i) {
    agent = test.agent(agent, i, 10'000 - i, "level " + std::to_string(i));
    test.call(agent, i, i + 1);
  }
  return {test.build(), {}};
}

Edge swarm(int completed, int failed) {
  TestSession test;
  const int swarm = test.add(Kind::workflow, test.agent(0, 0, 1000, "main"), 0, 900, "swarm");
  for (int i = 0; i < completed; ++i) test.agent(swarm, 10 + i, 20 + i, "task");
  for (int i = 0; i < failed; ++i) test.fail(test.agent(swarm, 30 + i, 40 + i, "task"));
  return {test.build(), {}};
}

Edge conflicts(int count) {
  TestSession test;
  const int main = test.agent(0, 0, 1000, "main");
  for (int i = 0; i < count; ++i) test.add(Kind::span, main, i, i, "swarm_conflict");
  return {test.build(), {}};
}

// Steps with so many tools each, three of them before a warning.
Edge warned(const std::vector<int>& tools) {
  TestSession test;
  const int agent = test.agent(0, 0, 100'000);
  for (size_t i = 0; i < tools.size(); ++i) {
    const auto at = static_cast<int64_t>(i) * 100;
    test.call(agent, at, at + 5);
    for (int j = 0; j < tools[i]; ++j) test.tool(agent, at + 10 + j, at + 11 + j, "bash");
    if (i == 2) test.add(Kind::span, agent, at + 90, at + 90, "budget_warning");
  }
  return {test.build(), {}};
}

Edge never_ended(int open) {
  TestSession test;
  const int agent = test.agent(0, 0, 10'000);
  for (int i = 0; i < 5; ++i) {
    const int tool = test.tool(agent, i, i + 1, "fetch");
    if (i < open) test.at(tool).span.facts.end = {};
  }
  return {test.build(), {}};
}

// A run of 100,000 tokens in one call, and so many tokens of each earlier one.
Edge beside(const std::vector<int64_t>& earlier) {
  TestSession test;
  test.usage(test.call(test.agent(0, 0, 20'000), 0, 100), {.input = 100'000});
  Edge edge{test.build(), {}};
  for (const int64_t tokens : earlier) {
    SessionSummary run = edge.session.summary;
    run.usage = {.input = tokens};
    run.cost_kind = CostKind::unpriced;
    edge.earlier.push_back(run);
  }
  return edge;
}

constexpr EdgeOf k_edges[] = {
    {"subagent_inefficiency.medium_from", [] { return of_subagents("xx.."); }},
    {"subagent_inefficiency.high_from", [] { return of_subagents("xxx..."); }},
    {"subagent_inefficiency.agents_from", [] { return of_subagents("x.", "x"); }},
    {"subagent_inefficiency.failed_above", [] { return of_subagents("x.", "x."); }},
    {"subagent_explosion.medium_from", [] { return of_workers(10); }},
    {"subagent_explosion.high_from", [] { return of_workers(30); }},
    {"subagent_explosion.depth_from", [] { return nested(4); }},
    {"swarm_cascade.lost_above", [] { return swarm(7, 3); }},
    {"swarm_conflicts.conflicts_above", [] { return conflicts(2); }},
    {"budget_warning_ignored.steps", [] { return warned({4, 4, 4, 2, 2, 2, 4}); }},
    {"budget_warning_ignored.fewer_percent", [] { return warned({4, 4, 4, 2, 2, 2}); }},
    {"never_ended.low_from", [] { return never_ended(1); }},
    {"never_ended.medium_from", [] { return never_ended(3); }},
    {"outlier.runs_min", [] { return beside({1'000, 1'000, 1'000, 1'000, 1'000}); }},
    // The median is 50,000; half of the deviations are 6,000 and more, which are 8,896 scaled, of which 5 go into
    // 50,000.
    {"outlier.deviations_above", [] { return beside({38'000, 44'000, 50'000, 56'000, 62'000}); }},
    // Not above by just half, nor by just twice as much.
    {"outlier.medium_percent_above", [] { return beside(std::vector<int64_t>(6, 66'667)); }},
    {"outlier.high_percent_above", [] { return beside(std::vector<int64_t>(6, 33'334)); }},
};

}  // namespace

std::span<const EdgeOf> edges_of_agents() { return k_edges; }

}  // namespace strobe::analyze
