#include "analyze/failures.h"

#include <gtest/gtest.h>

#include <random>

#include "analyze/rules/rules_test_util.h"
#include "analyze/test_session.h"
#include "derive/derive.h"

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

TEST(Failures, WhatNeverEndedEndsLast) {
  TestSession test;
  const int agent = test.agent(0, 0, 100);
  test.fail(agent);
  const int part = test.agent(agent, 10, 50);
  const int tool = test.tool(part, 20, 40, "build");
  test.fail(tool);
  const int watch = test.tool(agent, 15, 15, "watch");
  test.at(watch).span.facts.end = {};
  EXPECT_EQ(failures(test, watch), (std::vector{agent, tool})) << "the watch is what the agent ended with";
}

// What a session's list of errors says.
TEST(Failures, AreAsManyAsTheSessionsErrors) {
  std::mt19937 random(3);
  const auto below = [&](int limit) { return static_cast<int>(random() % static_cast<unsigned>(limit)); };
  int64_t all = 0;
  for (int round = 0; round < 2'000; ++round) {
    TestSession test;
    const int spans = 1 + below(12);
    for (int i = 1; i <= spans; ++i) {
      const int start = 10 * below(12);
      const int span = test.add(below(2) == 0 ? Kind::agent : Kind::span, below(8) == 0 ? 0 : below(i), start,
                                start + 10 * (below(8) - 1), "part");
      if (below(3) == 0) test.at(span).span.facts.end = {};
      if (below(2) == 0) test.fail(span);
    }
    const SessionView session = test.build();
    std::vector<SpanFacts> facts;
    for (const SpanView& span : session.spans) facts.push_back(span.span.facts);
    int64_t errors = 0;
    for (const SessionPart& part : derive::derive_trace(facts).parts) errors += part.errors;
    ASSERT_EQ(static_cast<int64_t>(failures_of(session).size()), errors) << "round " << round;
    all += errors;
  }
  EXPECT_GT(all, 2'000);
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
