#include "analyze/failures.h"

#include <gtest/gtest.h>

#include "analyze/rules/rules_test_util.h"
#include "analyze/test_session.h"

namespace strobe::analyze {

namespace {

// Failures as the builder numbers spans.
std::vector<int> failures(TestSession& test, int spans) {
  const SessionView session = test.build();
  std::vector<int> numbers;
  for (const int32_t failure : failures_of(session)) {
    for (int span = 1; span <= spans; ++span) {
      if (TestSession::index_of(session, span) == failure) numbers.push_back(span);
    }
  }
  return numbers;
}

}  // namespace

TEST(Failures, OneThatGoesUpIsOneAlsoThroughSpansThatSayNothing) {
  TestSession test;
  const int agent = test.agent(0, 0, 100);
  const int turn = test.add(Kind::workflow, agent, 10, 90, "turn");
  const int call = test.call(turn, 20, 80);
  test.fail(agent);
  test.fail(call);
  EXPECT_EQ(failures(test, 3), std::vector{call});
}

TEST(Failures, WhatWentOnBehindOneIsNotItsRepetition) {
  TestSession test;
  const int agent = test.agent(0, 0, 100);
  const int turn = test.add(Kind::workflow, agent, 10, 50, "turn");
  const int call = test.call(turn, 20, 40);
  test.call(agent, 60, 90);
  test.fail(agent);
  test.fail(call);
  EXPECT_EQ(failures(test, 4), (std::vector{agent, call})) << "the agent failed at something else";
}

TEST(Failures, ARunIsOneOnlyWhereNothingElseFailed) {
  TestSession alone;
  const int run = alone.add(Kind::run, 0, 0, 100, "run agent");
  alone.agent(0, 10, 90);
  alone.fail(run);
  EXPECT_EQ(failures(alone, 2), std::vector{run});
  TestSession both;
  const int whole = both.add(Kind::run, 0, 0, 100, "run agent");
  const int agent = both.agent(0, 10, 90);
  both.fail(whole);
  both.fail(agent);
  EXPECT_EQ(failures(both, 2), std::vector{agent});
}

TEST(Failures, TwoRecordingsOfOneAreOne) {
  TestSession test;
  const int agent = test.agent(0, 0, 100);
  const int tool = test.tool(agent, 10, 20, "bash");
  const int again = test.tool(agent, 11, 19, "bash");
  test.fail(tool);
  test.fail(again);
  test.at(again).duplicate_how = SameCall::response_id;
  test.at(again).duplicate_of = test.at(tool).span.facts.span_id;
  EXPECT_EQ(failures(test, 3), std::vector{tool});
}

TEST(Failures, DeepTracesTakeNoRecursion) {
  TestSession test;
  int agent = 0;
  for (int i = 0; i < 2'000; ++i) {
    agent = test.agent(agent, i, 100'000 - i);
    test.fail(agent);
  }
  EXPECT_EQ(failures_of(test.build()).size(), 1u);
}

// One call that is refused, as an SDK with turns and a process around it records it.
TEST(ErrorLoop, ARefusedCallThatEndsTheProcessIsOneError) {
  TestSession test;
  test.fail(test.add(Kind::run, 0, 0, 1'000, "run agent"), "exit code 1");
  const int agent = test.agent(0, 10, 900);
  const int turn = test.add(Kind::workflow, agent, 20, 800, "turn");
  test.fail(test.call(turn, 30, 700), "400");
  test.fail(agent, "400");
  EXPECT_EQ(found(test.build(), "error_loop"), "");
}

}  // namespace strobe::analyze
