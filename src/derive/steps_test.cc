#include "derive/steps.h"

#include <gtest/gtest.h>

#include "derive/test_util.h"

namespace strobe::derive {
namespace {

TEST(StepsTest, ParallelToolsShareAStepAndSubAgentsHaveTheirOwn) {
  std::vector<SpanFacts> spans = {make_span(1, 0, Kind::agent, 0, 100), make_call(2, 1, 1, 10, 5),
                                  make_tool(3, 1, 11, 90, "a"),         make_tool(4, 1, 11, 20, "b"),
                                  make_span(5, 3, Kind::agent, 12, 80), make_call(6, 5, 13, 20, 5),
                                  make_tool(7, 5, 21, 30, "c"),         make_call(8, 1, 91, 99, 5)};
  const auto derived = derive_trace(spans);
  EXPECT_EQ(derived.places[2].step, 1);
  EXPECT_EQ(derived.places[3].step, 1);
  EXPECT_EQ(derived.places[5].step, 2);
  EXPECT_EQ(derived.places[6].step, 2) << "of the sub-agent's call, though the other ended later than nothing";
  EXPECT_EQ(derived.places[7].step, 3);
  EXPECT_EQ(derived.parts[0].steps, 3);
}

TEST(StepsTest, AToolInsideTheCallThatAskedForItIsOfItsStep) {
  std::vector<SpanFacts> spans = {make_call(1, 0, 0, 5, 5), make_call(2, 0, 6, 50, 5), make_tool(3, 2, 10, 20, "t")};
  EXPECT_EQ(derive_trace(spans).places[2].step, 2);
}

TEST(StepsTest, WhatTheOtherRecordingAskedForIsOfTheCallsStep) {
  std::vector<SpanFacts> spans = {make_call(1, 0, 0, 9, 5), make_call(2, 1, 1, 8, 5), make_call(3, 0, 10, 19, 5),
                                  make_tool(4, 0, 20, 29, "t")};
  spans[0].requested_tool_call_ids = {"c"};
  spans[3].tool_call_id = "c";
  const auto derived = derive_trace(spans);
  EXPECT_EQ(derived.places[1].step, 1);
  EXPECT_EQ(derived.places[3].step, 1);
}

TEST(StepsTest, OfCallsThatUseAnIdAgainTheLastBeforeTheToolAskedForIt) {
  std::vector<SpanFacts> spans = {make_call(1, 0, 0, 9, 5), make_tool(2, 0, 10, 15, "t"), make_call(3, 0, 20, 29, 5),
                                  make_tool(4, 0, 30, 35, "t")};
  for (const size_t call : {0, 2}) {
    spans[call].requested_tool_call_ids = {"call_0"};
    spans[call + 1].tool_call_id = "call_0";
  }
  const auto derived = derive_trace(spans);
  EXPECT_EQ(derived.places[1].step, 1);
  EXPECT_EQ(derived.places[3].step, 2);
}

TEST(StepsTest, AgentsBesideEachOtherMayUseTheSameIds) {
  std::vector<SpanFacts> spans = {make_span(1, 0, Kind::agent, 0, 90),
                                  make_span(2, 0, Kind::agent, 0, 90),
                                  make_call(3, 1, 0, 9, 5),
                                  make_call(4, 2, 1, 9, 5),
                                  make_tool(5, 1, 10, 15, "t"),
                                  make_tool(6, 2, 10, 15, "t")};
  for (const size_t call : {2, 3}) {
    spans[call].requested_tool_call_ids = {"call_0"};
    spans[call + 2].tool_call_id = "call_0";
  }
  const auto derived = derive_trace(spans);
  EXPECT_EQ(derived.places[4].step, 1);
  EXPECT_EQ(derived.places[5].step, 2);
}

TEST(SideCalls, TitlesBesideOtherCallsAreNoSteps) {
  std::vector<SpanFacts> spans = {make_call(1, 0, 0, 5, 5), make_call(2, 0, 6, 9, 5)};
  spans[1].is_side_call = true;
  auto derived = derive_trace(spans);
  EXPECT_EQ(derived.parts[0].steps, 1);
  EXPECT_EQ(derived.parts[0].llm_calls, 2);
  EXPECT_EQ(derived.parts[0].usage.input, 10) << "its tokens were paid for";
  EXPECT_EQ(derived.places[1].step, 0);
  spans[1].requested_tool_call_ids = {"c"};
  EXPECT_EQ(derive_trace(spans).parts[0].steps, 2) << "it asked for a tool";
  spans.erase(spans.begin());
  spans[0].requested_tool_call_ids.clear();
  EXPECT_EQ(derive_trace(spans).parts[0].steps, 1) << "an application that does nothing but summarise";
}

TEST(SideCalls, CallsOfAGuardrailAreNoSteps) {
  std::vector<SpanFacts> spans = {make_span(1, 0, Kind::agent, 0, 50), make_span(2, 1, Kind::guardrail, 1, 9),
                                  make_call(3, 2, 2, 8, 5), make_call(4, 1, 10, 20, 5)};
  auto derived = derive_trace(spans);
  EXPECT_EQ(derived.parts[0].steps, 1);
  EXPECT_EQ(derived.places[2].step, 0);
  spans.push_back(make_span(5, 2, Kind::agent, 2, 8));
  spans[2].parent_span_id = id(5);
  EXPECT_EQ(derive_trace(spans).parts[0].steps, 2) << "an agent within it has a lane of its own";
}

TEST(SideCalls, CallsOutsideTheAgentsAreNoStepsUnlessALoopRunsThere) {
  std::vector<SpanFacts> spans = {make_span(1, 0, Kind::agent, 0, 50), make_call(2, 1, 1, 9, 5),
                                  make_call(3, 0, 51, 60, 5)};
  EXPECT_EQ(derive_trace(spans).parts[0].steps, 1);
  auto with_tool = spans;
  with_tool.push_back(make_tool(4, 0, 61, 62, "t"));
  EXPECT_EQ(derive_trace(with_tool).parts[0].steps, 2) << "a tool was run out there";
  auto asking = spans;
  asking[2].requested_tool_call_ids = {"c"};
  EXPECT_EQ(derive_trace(asking).parts[0].steps, 2);
  spans[2].parent_span_id = id(77);
  EXPECT_EQ(derive_trace(spans).parts[0].steps, 2) << "its parent may be an agent that has not arrived";
}

}  // namespace
}  // namespace strobe::derive
