#include "analyze/run_profile.h"

#include <gtest/gtest.h>

#include "analyze/runtime_kind.h"
#include "analyze/test_session.h"

namespace strobe::analyze {
namespace {

constexpr int64_t k_ms = 1'000'000;

RunProfile profile_of(TestSession& test) { return run_profile_of(test.build()); }

const KindTime* kind_of(const RunProfile& profile, std::string_view kind) {
  for (const KindTime& time : profile.by_kind) {
    if (time.kind == kind) return &time;
  }
  return nullptr;
}

TEST(RunProfile, ResidualIsTheTimeInWhichOnlyTheRootRan) {
  TestSession test;
  const int agent = test.agent(0, 0, 100);
  test.call(agent, 10, 40);
  test.tool(agent, 50, 90, "build");
  const RunProfile profile = profile_of(test);
  EXPECT_EQ(profile.total_wall_ns, 100 * k_ms);
  EXPECT_EQ(profile.residual_ns, 30 * k_ms);
  ASSERT_EQ(profile.by_kind.size(), 2u);
  EXPECT_EQ(profile.by_kind[0].kind, "tool_call");
  EXPECT_EQ(profile.by_kind[0].sum_ns, 40 * k_ms);
  EXPECT_EQ(profile.by_kind[1].kind, "llm_call");
  EXPECT_FALSE(profile.has_overlaps);
}

TEST(RunProfile, SumsOfWhatRanSideBySideExceedTheirWall) {
  TestSession test;
  const int agent = test.agent(0, 0, 100);
  test.tool(agent, 0, 80, "one");
  test.tool(agent, 10, 90, "two");
  const RunProfile profile = profile_of(test);
  EXPECT_EQ(kind_of(profile, "tool_call")->sum_ns, 160 * k_ms);
  EXPECT_EQ(kind_of(profile, "tool_call")->wall_ns, 90 * k_ms);
  EXPECT_TRUE(profile.has_overlaps);
}

TEST(RunProfile, IdleTimeBetweenTracesIsNoWall) {
  TestSession test;
  test.agent(0, 0, 30);
  test.agent(0, 60, 100);
  const RunProfile profile = profile_of(test);
  EXPECT_EQ(profile.total_wall_ns, 70 * k_ms);
  EXPECT_EQ(profile.session_ns, 100 * k_ms);
}

TEST(RunProfile, WhatOutlivesItsRootIsNoResidual) {
  TestSession test;
  const int agent = test.agent(0, 0, 100);
  test.tool(agent, 80, 130, "detached");
  EXPECT_EQ(profile_of(test).residual_ns, 80 * k_ms);
}

TEST(RunProfile, SecondRecordingsAreNoMoreCalls) {
  TestSession test;
  const int agent = test.agent(0, 0, 100);
  const int call = test.call(agent, 10, 40);
  const int again = test.add(Kind::llm, call, 10, 40, "chat");
  test.at(again).duplicate_how = SameCall::nested;
  const RunProfile profile = profile_of(test);
  EXPECT_EQ(kind_of(profile, "llm_call")->count, 1);
  EXPECT_EQ(kind_of(profile, "second_recording")->count, 1);
  EXPECT_EQ(profile.top_llm_calls.size(), 1u);
}

TEST(RunProfile, TopCallsAreTheLongestFirst) {
  TestSession test;
  const int agent = test.agent(0, 0, 1000);
  for (int i = 0; i < 7; ++i) test.call(agent, i * 100, i * 100 + 10 * (i % 3) + 1);
  const SessionView session = test.build();
  const RunProfile profile = run_profile_of(session);
  ASSERT_EQ(profile.top_llm_calls.size(), k_profile_top);
  EXPECT_EQ(profile.top_llm_calls, (std::vector<int32_t>{3, 6, 2, 5, 1}));
}

TEST(RunProfile, StepsHaveCallsToolsAndTheRest) {
  TestSession test;
  const int agent = test.agent(0, 0, 200);
  test.call(agent, 0, 40);
  test.tool(agent, 50, 90, "one");
  test.tool(agent, 60, 100, "two");
  test.call(agent, 120, 150);
  const RunProfile profile = profile_of(test);
  ASSERT_EQ(profile.steps.size(), 2u);
  const StepTime& step = profile.steps[0];
  EXPECT_EQ(step.name, "step 1");
  EXPECT_EQ(step.duration_ns, 120 * k_ms);
  EXPECT_EQ(step.llm_ns, 40 * k_ms);
  EXPECT_EQ(step.tool_ns, 80 * k_ms);
  EXPECT_EQ(step.other_ns, 30 * k_ms);
  EXPECT_EQ(profile.steps[1].duration_ns, 30 * k_ms);
}

TEST(RunProfile, StepsOfTheirOwnHaveTheCallsNearestBelowThem) {
  TestSession test;
  const int agent = test.agent(0, 0, 200);
  const int outer = test.add(Kind::step, agent, 0, 100, "plan");
  test.call(outer, 10, 20);
  const int inner = test.add(Kind::step, outer, 30, 90, "act");
  test.call(inner, 40, 60);
  test.tool(inner, 60, 80, "build");
  const RunProfile profile = profile_of(test);
  ASSERT_EQ(profile.steps.size(), 2u);
  EXPECT_EQ(profile.steps[0].name, "plan");
  EXPECT_EQ(profile.steps[0].llm_calls, 1);
  EXPECT_EQ(profile.steps[1].name, "act");
  EXPECT_EQ(profile.steps[1].tool_ns, 20 * k_ms);
  EXPECT_EQ(profile.steps[1].other_ns, 20 * k_ms);
}

TEST(RunProfile, TheFirstTokenIsTheQuickestAndTheFirst) {
  TestSession test;
  const int agent = test.agent(0, 0, 200);
  test.at(test.call(agent, 20, 90)).span.facts.ttft = DurationNs{50 * k_ms};
  test.at(test.call(agent, 100, 190)).span.facts.ttft = DurationNs{30 * k_ms};
  const RunProfile profile = profile_of(test);
  EXPECT_EQ(profile.first_token_ns, 30 * k_ms);
  EXPECT_EQ(profile.first_token_after_start_ns, 70 * k_ms);
  TestSession silent;
  silent.agent(0, 0, 10);
  EXPECT_FALSE(profile_of(silent).first_token_ns.has_value());
}

TEST(RunProfile, AKindNobodyKnowsIsASpan) {
  TestSession test;
  const int pipeline = test.add(Kind::span, 0, 0, 100, "main");
  test.add(Kind::span, pipeline, 0, 10, "pool_submit");
  const int import = test.add(Kind::span, pipeline, 10, 30, "std/json");
  const KeyValue attribute{"harn.kind", Value::of_string("import")};
  RawSpan raw;
  raw.attributes = std::span(&attribute, 1);
  test.at(import).raw = &raw;
  const int odd = test.add(Kind::span, pipeline, 30, 40, "odd");
  const KeyValue unknown{"kind", Value::of_string("\x1b[2J")};
  RawSpan odd_raw;
  odd_raw.attributes = std::span(&unknown, 1);
  test.at(odd).raw = &odd_raw;
  const RunProfile profile = profile_of(test);
  EXPECT_EQ(kind_of(profile, "pool_submit")->count, 1);
  EXPECT_EQ(kind_of(profile, "import")->sum_ns, 20 * k_ms);
  EXPECT_EQ(kind_of(profile, "span")->count, 1);
}

TEST(RunProfile, RuntimeKindsComeByAttributeOrByName) {
  constexpr std::string_view k_kinds[] = {
      "pipeline",       "fn_call",     "llm_call",          "tool_call",    "import",        "parallel",
      "spawn",          "step",        "vm_setup",          "suspension",   "resume",        "drain",
      "drain_decision", "pool_submit", "pool_dequeue",      "channel_emit", "channel_match", "user_timing",
      "model_route",    "tool_mount",  "deferred_tool_load"};
  static_assert(std::size(k_kinds) == 21);
  for (const std::string_view kind : k_kinds) {
    TestSession test;
    const int root = test.add(Kind::span, 0, 0, 100, "root");
    test.add(Kind::span, root, 0, 10, kind);
    const int told = test.add(Kind::span, root, 10, 30, "anything");
    const KeyValue attribute{"harn.kind", Value::of_string(kind)};
    RawSpan raw;
    raw.attributes = std::span(&attribute, 1);
    test.at(told).raw = &raw;
    const RunProfile profile = profile_of(test);
    ASSERT_NE(kind_of(profile, kind), nullptr) << kind;
    EXPECT_EQ(kind_of(profile, kind)->count, 2) << kind;
    EXPECT_EQ(kind_of(profile, kind)->sum_ns, 30 * k_ms) << kind;
  }
  for (const std::string_view odd : {"", "Pipeline", "pipelines", "span"}) EXPECT_FALSE(is_runtime_kind(odd));
}

TEST(RunProfile, AnEmptySessionIsEmpty) {
  TestSession test;
  EXPECT_TRUE(profile_of(test).by_kind.empty());
}

}  // namespace
}  // namespace strobe::analyze
