#include <gtest/gtest.h>

#include "analyze/rules/rules_test_util.h"
#include "analyze/test_session.h"

// subagent_explosion, never_ended, outlier: what a whole session shows.

namespace strobe::analyze {

namespace {

// An agent with so many sub-agents that each call a model.
SessionView with_sub_agents(int count) {
  TestSession test;
  const int agent = test.agent(0, 0, 100'000, "lead");
  test.call(agent, 0, 100);
  for (int i = 0; i < count; ++i) {
    const int inner = test.agent(agent, 1'000 + i, 50'000, "worker");
    test.call(inner, 1'000 + i, 40'000);
  }
  return test.build();
}

// Agents inside each other, with so many of them that call a model.
SessionView nested(int depth) {
  TestSession test;
  int agent = 0;
  for (int i = 0; i < depth; ++i) {
    agent = test.agent(agent, i, 10'000 - i, "wrapper");  // does nothing of its own
    agent = test.agent(agent, i, 10'000 - i, "level " + std::to_string(i));
    test.call(agent, i, i + 1);
  }
  return test.build();
}

std::vector<SessionSummary> earlier_runs(const SessionSummary& like, const std::vector<int64_t>& percents) {
  std::vector<SessionSummary> runs;
  for (const int64_t percent : percents) {
    SessionSummary run = like;
    run.steps = like.steps * percent / 100;
    run.usage = {.input = like.usage.total() * percent / 100};
    run.end = {run.start.ns + (like.end - like.start).ns / 100 * percent};
    runs.push_back(run);
  }
  return runs;
}

std::string outliers(const SessionView& session, const std::vector<SessionSummary>& earlier) {
  std::string text;
  for (const Finding& finding : findings_of(session, {}, earlier)) {
    if (finding.rule == "outlier") text += "[" + std::string(name_of(finding.severity)) + "] " + finding.title + "\n";
  }
  return text;
}

// 20 steps of 100 tokens in 20 seconds.
SessionView twenty_steps() {
  TestSession test;
  const int agent = test.agent(0, 0, 20'000);
  for (int i = 0; i < 20; ++i) test.usage(test.call(agent, i * 1'000, i * 1'000 + 100), {.input = 90, .output = 10});
  return test.build();
}

}  // namespace

TEST(SubagentExplosion, TenAreMediumThirtyAreHigh) {
  EXPECT_EQ(found(with_sub_agents(9), "subagent_explosion"), "");
  EXPECT_EQ(found(with_sub_agents(10), "subagent_explosion"), "[medium] Agent \"lead\" started 10 sub-agents\n");
  EXPECT_EQ(found(with_sub_agents(29), "subagent_explosion"), "[medium] Agent \"lead\" started 29 sub-agents\n");
  EXPECT_EQ(found(with_sub_agents(30), "subagent_explosion"), "[high] Agent \"lead\" started 30 sub-agents\n");
}

TEST(SubagentExplosion, TellsTheirShareOfTheTokens) {
  const SessionView session = with_sub_agents(10);
  const auto findings = findings_by(session, "subagent_explosion");
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].evidence_text, "Their own calls took 1100 tokens, 91% of the session's");
  EXPECT_EQ(findings[0].evidence.size(), 10u);
}

TEST(SubagentExplosion, FourDeep) {
  EXPECT_EQ(found(nested(3), "subagent_explosion"), "");
  EXPECT_EQ(found(nested(4), "subagent_explosion"), "[medium] Agents stand inside each other 4 deep\n");
}

TEST(SubagentExplosion, AgentsThatCallNoModelAreNone) {
  TestSession test;
  const int agent = test.agent(0, 0, 100'000);
  for (int i = 0; i < 50; ++i) test.agent(agent, i, 1'000, "node");
  EXPECT_EQ(found(test.build(), "subagent_explosion"), "");
}

TEST(NeverEnded, OneIsLowThreeAreMedium) {
  for (const int open : {0, 1, 2, 3}) {
    TestSession test;
    const int agent = test.agent(0, 0, 10'000);
    for (int i = 0; i < 5; ++i) {
      const int tool = test.tool(agent, i, i + 1, "fetch");
      if (i < open) test.at(tool).span.facts.end = {};
    }
    EXPECT_EQ(found(test.build(), "never_ended"), open == 0   ? ""
                                                  : open == 1 ? "[low] 1 span never ended\n"
                                                  : open == 2 ? "[low] 2 spans never ended\n"
                                                              : "[medium] 3 spans never ended\n");
  }
}

TEST(NeverEnded, WhatStillRunsIsNone) {
  TestSession test;
  const int agent = test.agent(0, 0, 0);
  test.at(agent).span.facts.end = {};
  SessionView session = test.build();
  session.summary.status = SessionStatus::running;
  EXPECT_EQ(found(session, "never_ended"), "");
}

TEST(Outlier, FiveRunsAreNeeded) {
  const SessionView session = twenty_steps();
  EXPECT_EQ(outliers(session, earlier_runs(session.summary, {50, 50, 50, 50})), "");
  EXPECT_EQ(outliers(session, earlier_runs(session.summary, {50, 50, 50, 50, 50})),
            "[medium] Unusual tokens: 2000, where earlier runs took 1000\n"
            "[medium] Unusual duration: 20.0 s, where earlier runs took 10.0 s\n"
            "[medium] Unusual steps: 20, where earlier runs took 10\n");
}

TEST(Outlier, MustBeFarAboveTheMedian) {
  const SessionView session = twenty_steps();
  // 20 against 15 is a third more, against 10 twice as many.
  EXPECT_EQ(outliers(session, earlier_runs(session.summary, {75, 75, 75, 75, 75})), "");
  EXPECT_NE(outliers(session, earlier_runs(session.summary, {30, 30, 30, 30, 30}))
                .find("[high] Unusual steps: 20, where earlier runs took 6"),
            std::string::npos);
  EXPECT_EQ(outliers(session, earlier_runs(session.summary, {200, 210, 220, 230, 240})), "") << "less is no outlier";
}

TEST(Outlier, RunsThatVaryMuchHaveNone) {
  const SessionView session = twenty_steps();
  // Median 50, median deviation 5: five of them, scaled, are 37. And 10: they are 74.
  EXPECT_NE(outliers(session, earlier_runs(session.summary, {40, 45, 50, 55, 60})), "");
  EXPECT_EQ(outliers(session, earlier_runs(session.summary, {30, 40, 50, 60, 70})), "");
}

TEST(Outlier, UnpricedRunsAreNotComparedByCost) {
  SessionView session = twenty_steps();
  auto earlier = earlier_runs(session.summary, {100, 100, 100, 100, 100});
  session.summary.cost_kind = CostKind::computed;
  session.summary.cost_pico_usd = 20'000'000'000;
  EXPECT_EQ(outliers(session, earlier), "");
  for (SessionSummary& run : earlier) {
    run.cost_kind = CostKind::computed;
    run.cost_pico_usd = 5'000'000'000;
  }
  EXPECT_EQ(outliers(session, earlier), "[high] Unusual cost: ~$0.0200, where earlier runs took ~$0.0050\n");
  for (SessionSummary& run : earlier) run.cost_kind = CostKind::reported;
  EXPECT_EQ(outliers(session, earlier), "[high] Unusual cost: ~$0.0200, where earlier runs took $0.0050\n");
}

}  // namespace strobe::analyze
