#include <gtest/gtest.h>

#include "derive/lanes_test_util.h"

namespace strobe::derive {

TEST(Lanes, AConversationGoesOnThoughAClockStandsInTheSystemPrompt) {
  LaneSession session;
  const int32_t agent = session.agent(0, 0, 100);
  session.call(agent, 0, 10, {1}, 1);
  session.call(agent, 11, 20, {1, 2, 3}, 2);
  session.call(agent, 21, 30, {1, 2, 3, 4, 5}, 3);
  EXPECT_EQ(text_of(session.view()), "2 first, 3 continues 1, 4 continues 3");
}

TEST(Lanes, SameRequestAgainIsARetry) {
  LaneSession session;
  session.call(0, 0, 10, {1, 2});
  session.call(0, 10, 20, {1, 2});
  EXPECT_EQ(text_of(session.view()), "1 first, 2 retry 2");
}

TEST(Lanes, SameRequestWhileTheFirstRunsIsAFork) {
  LaneSession session;
  session.call(0, 0, 10, {1, 2});
  session.call(0, 9, 20, {1, 2});
  session.call(0, 21, 30, {1, 2, 3});  // of both the one that ended last goes on
  EXPECT_EQ(text_of(session.view()), "1 first; (from 1) 2 first, 3 continues 2");
}

TEST(Lanes, ACallThatNeverEndedIsOverWhereItBegan) {
  LaneSession session;
  session.call(0, 5, 0, {1});
  session.call(0, 9, 20, {1, 2});
  EXPECT_EQ(text_of(session.view()), "1 first, 2 continues 1");
}

TEST(Lanes, EditedHistoryKeepsItsLane) {
  LaneSession session;
  const int32_t agent = session.agent(0, 0, 100);
  session.call(agent, 0, 10, {1, 2, 3, 4});
  session.call(agent, 11, 20, {1, 2, 9, 4, 5});
  EXPECT_EQ(text_of(session.view()), "2 first, 3 continues 2");
}

TEST(Lanes, CompactionRestartsUnderTheSameHeadAndAgent) {
  LaneSession session;
  const int32_t agent = session.agent(0, 0, 100);
  const int32_t other = session.agent(0, 50, 100);
  session.call(agent, 0, 10, {1, 2, 3});
  session.call(agent, 11, 20, {7});
  session.call(agent, 21, 30, {8}, 1);  // another head: somebody else
  session.call(other, 51, 60, {9});     // another agent
  EXPECT_EQ(text_of(session.view()), "3 first, 4 restarts; 5 first; 6 first");
}

TEST(Lanes, ParallelSubAgentsDoNotJoin) {
  LaneSession session;
  const int32_t agent = session.agent(0, 0, 100);
  session.call(agent, 0, 5, {1});
  const int32_t tools[] = {session.tool(agent, 6, 60), session.tool(agent, 6, 60), session.tool(agent, 6, 60)};
  int32_t message = 10;
  for (const int32_t tool : tools) {
    // Same head and same preamble; the second calls start when others are between two calls.
    const int32_t inner = session.agent(tool, 7, 59);
    session.call(inner, 8 + message, 12 + message, {5, message}, 1);
    session.call(inner, 15 + message, 20 + message, {5, message, message + 1}, 1);
    message += 4;
  }
  session.call(agent, 61, 70, {1, 2, 3, 4});
  EXPECT_EQ(text_of(session.view()),
            "2 first, 15 continues 1; 7 first, 8 continues 2; 10 first, 11 continues 2; 13 first, 14 continues 2");
}

TEST(Lanes, ASubAgentWithTheSameTaskIsNobodysContinuation) {
  LaneSession session;
  const int32_t agent = session.agent(0, 0, 100);
  session.call(agent, 0, 5, {1}, 1);
  const int32_t inner = session.agent(session.tool(agent, 6, 60), 7, 59);
  session.call(inner, 8, 12, {1}, 2);
  session.call(inner, 13, 16, {1, 5}, 2);
  session.call(agent, 61, 70, {1, 2, 3}, 1);
  EXPECT_EQ(text_of(session.view()), "2 first, 7 continues 1; 5 first, 6 continues 1");
}

TEST(Lanes, ASubAgentThatTakesOverTheWholeHistoryIsAFork) {
  LaneSession session;
  const int32_t agent = session.agent(0, 0, 100);
  session.call(agent, 0, 5, {1, 2, 3});
  const int32_t inner = session.agent(session.tool(agent, 6, 60), 7, 59);
  session.call(inner, 8, 12, {1, 2, 3, 4});
  session.call(agent, 61, 70, {1, 2, 3, 5});
  EXPECT_EQ(text_of(session.view()), "2 first, 6 continues 3; (from 1) 5 first");
}

TEST(Lanes, AHandOffGoesOn) {
  LaneSession session;
  session.call(session.agent(0, 0, 10), 1, 9, {1, 2}, 1);
  session.call(session.agent(0, 11, 20), 12, 19, {1, 2, 3}, 2);
  session.call(session.agent(0, 21, 30), 22, 29, {1, 2, 9}, 3);  // edited, but more than the opening is the same
  session.call(session.agent(0, 31, 40), 32, 39, {1, 8}, 4);     // only the task is the same
  EXPECT_EQ(text_of(session.view()), "2 first, 4 continues 2, 6 continues 2; 8 first");
}

TEST(Lanes, SideCallsAndOtherModelsHaveLanesOfTheirOwn) {
  LaneSession session;
  session.call(0, 0, 10, {1});
  session.add({.start = 11, .end = 12, .body = {1, 2}});  // no step: a title
  session.add({.start = 13, .end = 14, .body = {1, 2, 3}, .step = 2, .model = "claude-haiku-4"});
  session.add({.start = 15, .end = 16, .body = {1, 2, 3}, .step = 3, .model = "anthropic/claude-sonnet-4-20250514"});
  EXPECT_EQ(text_of(session.view()), "1 first, 4 continues 1; (side) 2 first; 3 first");
}

TEST(Lanes, UnknownContextsFollowTheirAgent) {
  LaneSession session;
  const int32_t agent = session.agent(0, 0, 100);
  const int32_t first = session.call(agent, 0, 5, {1});
  const int32_t second = session.call(agent, 6, 9, {1, 2});
  const int32_t third = session.call(agent, 10, 19, {3});
  const int32_t fourth = session.call(agent, 15, 19, {3});  // beside the third
  session.call(0, 20, 25, {9});
  session.at(second).basis = session.at(third).basis = ContextBasis::absent;
  session.at(fourth).basis = ContextBasis::delta;
  session.at(first).basis = ContextBasis::truncated;
  session.call(agent, 30, 35, {1, 2, 3});
  EXPECT_EQ(text_of(session.view()), "2 first, 3 assumed, 4 assumed, 7 assumed; 5 first; 6 first");
}

TEST(Lanes, AToolIsInTheLaneOfTheCallThatAskedForIt) {
  LaneSession session;
  session.call(0, 0, 10, {1});
  session.call(0, 5, 9, {2});
  const int32_t tool = session.tool(0, 11, 12);
  const SessionView view = session.view();
  for (const SpanView& span : view.spans) {
    if (LaneSession::number_of(span) == tool) {
      EXPECT_EQ(span.lane, 2);
    }
  }
}

}  // namespace strobe::derive
