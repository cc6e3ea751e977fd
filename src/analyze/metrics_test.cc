#include "analyze/metrics.h"

#include <gtest/gtest.h>

#include "analyze/test_session.h"

namespace strobe::analyze {

namespace {

void add_steps(TestSession& test, int agent, int count, int64_t from_ms) {
  for (int i = 0; i < count; ++i) test.call(agent, from_ms + i * 10, from_ms + i * 10 + 5);
}

TEST(Metrics, IterationsAreStepsOfTheMainAgent) {
  TestSession test;
  const int main = test.agent(0, 0, 10'000, "main");
  add_steps(test, main, 2, 0);
  const int tool = test.tool(main, 1000, 2000, "ask");
  const int helper = test.agent(tool, 1000, 2000, "helper");
  add_steps(test, helper, 3, 1000);
  add_steps(test, test.agent(test.agent(helper, 1500, 1900, "wrapper"), 1500, 1900, "inner"), 4, 1500);
  const SessionMetrics metrics = metrics_of(test.build());
  EXPECT_EQ(metrics.iterations, 2);
  EXPECT_EQ(metrics.steps, 9);
}

TEST(Metrics, AnAgentWithoutStepsIsAWrapper) {
  TestSession test;
  const int outer = test.agent(0, 0, 10'000, "outer");
  add_steps(test, test.agent(outer, 0, 5'000, "first"), 3, 0);
  add_steps(test, test.agent(outer, 5'000, 9'000, "second"), 2, 5'000);
  EXPECT_EQ(metrics_of(test.build()).iterations, 5);
}

TEST(Metrics, WithoutAgentsAllStepsCount) {
  TestSession test;
  add_steps(test, 0, 4, 0);
  EXPECT_EQ(metrics_of(test.build()).iterations, 4);
}

TEST(Metrics, AClockThatRanBackwardsHasEnded) {
  TestSession test;
  const int agent = test.agent(0, 0, 100);
  test.tool(agent, 10, 30, "build");
  test.tool(agent, 40, 35, "build");
  EXPECT_EQ(metrics_of(test.build()).tools[0].not_ended, 0);
  EXPECT_EQ(metrics_of(test.build()).tools[0].average().ns, 10'000'000);
  test.at(test.tool(agent, 50, 50, "build")).span.facts.end = {};
  EXPECT_EQ(metrics_of(test.build()).tools[0].not_ended, 1);
}

TEST(Metrics, AZeroThatNobodyReportedTellsNothingOfACache) {
  TestSession test;
  const int call = test.call(0, 0, 10);
  EXPECT_FALSE(metrics_of(test.build()).is_cache_hit_known());
  test.at(call).span.reported.cache_read = 0;
  EXPECT_TRUE(metrics_of(test.build()).is_cache_hit_known());
  test.usage(call, {.output = 5});
  EXPECT_FALSE(metrics_of(test.build()).is_cache_hit_known()) << "no input";
}

TEST(Metrics, AgentsInsideEachOtherMayBeDeep) {
  TestSession test;
  int agent = 0;
  for (int level = 0; level < 5'000; ++level) agent = test.agent(agent, level, 100'000);
  add_steps(test, agent, 2, 50'000);
  const SessionView session = test.build();
  EXPECT_EQ(main_steps_of(session), 2);
}

}  // namespace

}  // namespace strobe::analyze
