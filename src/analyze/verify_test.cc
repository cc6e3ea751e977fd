#include "analyze/verify.h"

#include <gtest/gtest.h>

#include "analyze/test_session.h"

namespace strobe::analyze {
namespace {

// One agent whose call asked for a tool: sound as it stands.
struct Sound : TestSession {
  int the_agent = agent(0, 0, 1000);
  int the_call = call(the_agent, 10, 40);
  int the_tool = tool(the_agent, 50, 90, "build");

  Sound() { sees(the_call, {"user: build it"}); }
};

// "verdict: check count, ..." of what did not pass.
std::string judged(TestSession& test, SessionStatus status = SessionStatus::ok, int64_t max_gap_ms = 120'000) {
  SessionView session = test.build();
  session.summary.status = status;
  const Verification verification = verify(session, max_gap_ms * 1'000'000);
  std::string text(name_of(verification.verdict));
  for (const Check& check : verification.checks) {
    if (check.count > 0) text += " " + std::string(check.id) + "=" + std::to_string(check.count);
  }
  return text;
}

TEST(Verify, ARecordWithAllItsEndsIsSound) {
  Sound test;
  EXPECT_EQ(judged(test), "sound");
}

TEST(Verify, AFailedSessionMayBeSoundlyRecorded) {
  Sound test;
  test.fail(test.the_tool);
  EXPECT_EQ(judged(test, SessionStatus::error), "sound");
}

TEST(Verify, SpansWithoutAnEndAreAFaultUnlessTheSessionRuns) {
  Sound test;
  test.at(test.the_tool).span.facts.end = {};
  Sound running = test;
  EXPECT_EQ(judged(test, SessionStatus::unknown), "broken terminal_events=1 session_end=1");
  EXPECT_EQ(judged(running, SessionStatus::running), "sound open_spans=1");
}

TEST(Verify, ClocksThatRanBackwardsAreAFault) {
  Sound test;
  test.add(Kind::span, test.the_agent, 200, 150, "odd");
  EXPECT_EQ(judged(test), "broken ends_after_starts=1");
}

TEST(Verify, ChildrenBeginAfterTheirParentAndMayOutliveIt) {
  Sound test;
  const int parent = test.add(Kind::span, test.the_agent, 200, 300, "parent");
  test.add(Kind::span, parent, 250, 400, "detached");
  EXPECT_EQ(judged(test), "sound ends_before_parents=1");
  Sound early;
  const int late = early.add(Kind::span, early.the_agent, 200, 300, "parent");
  early.add(Kind::span, late, 150, 250, "early");
  EXPECT_EQ(judged(early), "broken starts_after_parents=1");
  Sound hair;
  const int other = hair.add(Kind::span, hair.the_agent, 200, 300, "parent");
  hair.add(Kind::span, other, 199, 301, "a millisecond is a clock's");
  EXPECT_EQ(judged(hair), "sound");
}

TEST(Verify, AToolCannotRunBeforeItsAsker) {
  Sound test;
  test.tool(test.the_agent, 2, 8, "early");
  EXPECT_EQ(judged(test), "broken tool_after_asker=1");
}

TEST(Verify, MissingParentsAreAGap) {
  Sound test;
  test.add(Kind::span, 99, 10, 20, "orphan");
  EXPECT_EQ(judged(test), "incomplete parents_present=1");
}

TEST(Verify, WhatTheSenderDroppedIsAGap) {
  Sound test;
  RawSpan raw;
  raw.dropped_attributes_count = 4'000'000'000;
  raw.dropped_events_count = 4'000'000'000;
  test.at(test.the_call).raw = &raw;
  EXPECT_EQ(judged(test), "incomplete nothing_dropped=8000000000");
}

TEST(Verify, CallsWithoutContextOrTokensAreGaps) {
  Sound test;
  const int call = test.call(test.the_agent, 100, 110);
  test.at(call).span.facts.has_usage = false;
  EXPECT_EQ(judged(test), "incomplete contexts_known=1 usage_told=1");
}

TEST(Verify, WhatASessionThatRunsHasNotToldYetIsNoGap) {
  Sound test;
  test.add(Kind::span, 99, 10, 20, "first");
  test.add(Kind::span, 99, 20, 30, "second");
  Sound over = test;
  EXPECT_EQ(judged(test, SessionStatus::running), "sound open_spans=1");
  EXPECT_EQ(judged(over), "incomplete parents_present=2");
}

TEST(Verify, ToolsOfTheLastCallMayStillRun) {
  Sound test;
  test.at(test.the_call).span.facts.requested_tool_call_ids = {"a", "b"};
  test.at(test.the_tool).span.facts.tool_call_id = "a";
  SessionView session = test.build();
  session.summary.status = SessionStatus::running;
  const int32_t asking = TestSession::index_of(session, test.the_call);
  session.lanes = {{.number = 1, .calls = {{.span = asking}}}};
  EXPECT_EQ(verify(session, 1'000'000'000).verdict, Verdict::sound);
  session.lanes.front().calls.push_back({.span = asking + 1});  // another call came behind it
  EXPECT_EQ(verify(session, 1'000'000'000).verdict, Verdict::incomplete);
}

TEST(Verify, ToolsThatWereAskedForAndNeverRanAreAGap) {
  Sound test;
  test.at(test.the_call).span.facts.requested_tool_call_ids = {"a", "b"};
  Sound untold = test;
  EXPECT_EQ(judged(untold), "sound");  // tools tell no ids at all
  test.at(test.the_tool).span.facts.tool_call_id = "a";
  EXPECT_EQ(judged(test), "incomplete tools_answered=1");
}

TEST(Verify, SilenceBetweenTwoChildrenIsAGap) {
  Sound test;
  test.tool(test.the_agent, 600, 700, "late");
  Sound same = test;
  EXPECT_EQ(judged(test, SessionStatus::ok, 510), "sound");
  EXPECT_EQ(judged(same, SessionStatus::ok, 509), "incomplete no_silence=1");
}

TEST(Verify, AnEventBreaksTheSilence) {
  Sound test;
  test.tool(test.the_agent, 600, 700, "late");
  RawEvent event;
  event.time_unix_nano = static_cast<uint64_t>(test.at(test.the_agent).span.facts.start.ns) + 300'000'000;
  RawSpan raw;
  raw.events = std::span(&event, 1);
  test.at(test.the_agent).raw = &raw;
  EXPECT_EQ(judged(test, SessionStatus::ok, 310), "sound");
}

TEST(Verify, SecondRecordingsAreANote) {
  Sound test;
  const int again = test.add(Kind::llm, test.the_call, 10, 40, "chat");
  test.at(again).duplicate_how = SameCall::nested;
  EXPECT_EQ(judged(test), "sound recorded_once=1");
}

TEST(Verify, NamesAreThose) {
  EXPECT_EQ(name_of(CheckLevel::fault), "fault");
  EXPECT_EQ(name_of(Verdict::broken), "broken");
}

}  // namespace
}  // namespace strobe::analyze
