#include "analyze/critical_path.h"

#include <gtest/gtest.h>

#include "analyze/critical_path_test_util.h"

namespace strobe::analyze {
namespace {

TEST(CriticalPath, GapsAreTheParentsOwnTime) {
  TestSession test;
  const int agent = test.agent(0, 0, 100);
  test.call(agent, 10, 40);
  test.tool(agent, 50, 90, "build");
  const Walked walked(test);
  EXPECT_EQ(walked.text(), "1[0,10) 2[10,40) 1[40,50) 3[50,90) 1[90,100)");
  expect_whole(walked.path);
}

TEST(CriticalPath, GoesThroughTheSubAgentThatEndedLast) {
  TestSession test;
  const int agent = test.agent(0, 0, 100);
  const int quick = test.agent(agent, 10, 60, "quick");
  test.call(quick, 10, 60);
  const int slow = test.agent(agent, 12, 80, "slow");
  test.call(slow, 15, 40);
  test.call(slow, 40, 80);
  const Walked walked(test);
  EXPECT_EQ(walked.text(), "1[0,12) 4[12,15) 5[15,40) 6[40,80) 1[80,100)");
  expect_whole(walked.path);
}

TEST(CriticalPath, AChildThatRunsOnBesideTheNextOneIsNotWaitedFor) {
  TestSession test;
  const int agent = test.agent(0, 0, 120);
  test.tool(agent, 0, 100, "watch");
  test.tool(agent, 80, 120, "build");
  EXPECT_EQ(Walked(test).text(), "1[0,80) 3[80,120)");
}

TEST(CriticalPath, AHairOfOverlapIsTheFaultOfClocks) {
  TestSession test;
  const int agent = test.agent(0, 0, 200);
  const int first = test.agent(agent, 0, 101);
  test.call(first, 0, 101);
  test.tool(agent, 100, 200, "build");
  const Walked walked(test);
  EXPECT_EQ(walked.text(), "3[0,100) 4[100,200)");
  expect_whole(walked.path);
}

TEST(CriticalPath, ChildrenThatOutliveTheirParentBelongToThePath) {
  TestSession test;
  const int agent = test.agent(0, 0, 50);
  test.tool(agent, 20, 90, "detached");
  const Walked walked(test);
  EXPECT_EQ(walked.text(), "1[0,20) 2[20,90)");
  TestSession later;
  const int parent = later.agent(0, 0, 50);
  later.tool(parent, 70, 90, "later");
  EXPECT_EQ(Walked(later).text(), "1[0,50) -[50,70) 2[70,90)");
}

TEST(CriticalPath, AGapBeforeALaterChildIsTheTimeOfTheNearestSpanAboveThatRan) {
  TestSession test;
  const int agent = test.agent(0, 0, 150);
  const int workflow = test.add(Kind::span, agent, 5, 120, "workflow");
  const int step = test.add(Kind::span, workflow, 10, 50, "step");
  test.tool(step, 70, 90, "async");
  const Walked walked(test);
  EXPECT_EQ(walked.text(), "1[0,5) 2[5,10) 3[10,50) 2[50,70) 4[70,90) 2[90,120) 1[120,150)");
  expect_whole(walked.path);
}

TEST(CriticalPath, AGapIsDividedWhereTheSpanAboveEnds) {
  TestSession test;
  const int agent = test.agent(0, 0, 80);
  const int workflow = test.add(Kind::span, agent, 0, 60, "workflow");
  const int step = test.add(Kind::span, workflow, 0, 50, "step");
  test.tool(step, 90, 100, "async");
  const Walked walked(test);
  EXPECT_EQ(walked.text(), "3[0,50) 2[50,60) 1[60,80) -[80,90) 4[90,100)");
  expect_whole(walked.path);
}

TEST(CriticalPath, AGapWithNothingAboveIsTheTimeOfWhatRanElsewhere) {
  TestSession test;
  const int agent = test.agent(0, 0, 30);
  test.tool(agent, 70, 100, "async");
  const int other = test.agent(0, 10, 60, "beside it");
  test.call(other, 40, 50);
  const Walked walked(test);
  EXPECT_EQ(walked.text(), "1[0,30) 3[30,40) 4[40,50) 3[50,60) -[60,70) 2[70,100)");
  expect_whole(walked.path);
}

TEST(CriticalPath, ChildrenBeforeTheirParentBelongToThePath) {
  TestSession test;
  const int agent = test.agent(0, 50, 100);
  test.tool(agent, 0, 30, "early");
  const Walked walked(test);
  EXPECT_EQ(walked.text(), "2[0,30) -[30,50) 1[50,100)");
  expect_whole(walked.path);
}

TEST(CriticalPath, RootsLieSideBySideAndGapsAreOutside) {
  TestSession test;
  test.agent(0, 0, 30, "first turn");
  test.agent(0, 50, 80, "second turn");
  test.agent(0, 70, 100, "beside it");
  const Walked walked(test);
  EXPECT_EQ(walked.text(), "1[0,30) -[30,50) 2[50,70) 3[70,100)");
  expect_whole(walked.path);
}

TEST(CriticalPath, ASpanEnteredBeforeItsEndShowsWhatRanThen) {
  TestSession test;
  const int first = test.agent(0, 0, 100);
  test.call(first, 20, 100);
  test.agent(0, 60, 120);
  EXPECT_EQ(Walked(test).text(), "1[0,20) 2[20,60) 3[60,120)");
}

TEST(CriticalPath, SpansThatNeverEndedEndWithWhatIsKnown) {
  TestSession test;
  const int agent = test.agent(0, 0, 0);
  test.at(agent).span.facts.end = {};
  test.call(agent, 10, 60);
  const Walked walked(test);
  EXPECT_EQ(walked.text(), "1[0,10) 2[10,60)");
  EXPECT_EQ(walked.tree.never_ended, 1);
}

TEST(CriticalPath, ClocksThatJumpMakeMoments) {
  TestSession test;
  const int agent = test.agent(0, 0, 100);
  test.tool(agent, 60, 20, "backwards");
  const Walked walked(test);
  EXPECT_EQ(walked.text(), "1[0,100)");
  EXPECT_EQ(walked.tree.ran_backwards, 1);
}

TEST(CriticalPath, NothingTookTime) {
  TestSession none;
  EXPECT_EQ(Walked(none).text(), "");
  TestSession moment;
  moment.agent(0, 5, 5);
  EXPECT_EQ(Walked(moment).text(), "");
}

TEST(CriticalPath, OrphansAreNotDropped) {
  TestSession test;
  test.agent(0, 0, 30);
  test.tool(99, 40, 90, "orphan");
  const Walked walked(test);
  EXPECT_EQ(walked.text(), "1[0,30) -[30,40) 2[40,90)");
  EXPECT_EQ(walked.tree.without_parent, 1);
}

TEST(CriticalPath, ParentsInACircleEndTheWalk) {
  TestSession test;
  test.agent(2, 0, 100);
  test.tool(1, 10, 90, "own grandfather");
  const Walked walked(test);
  EXPECT_EQ(walked.text(), "1[0,10) 2[10,90) 1[90,100)");
  EXPECT_EQ(walked.tree.without_parent, 1);
}

TEST(CriticalPath, TheAgentsTraceStandsBelowTheRecordedProcess) {
  TestSession test;
  test.add(Kind::run, 0, 0, 100, "agent.py");
  const int agent = test.agent(0, 20, 90);
  test.call(agent, 20, 90);
  EXPECT_EQ(Walked(test).text(), "1[0,20) 3[20,90) 1[90,100)");
}

TEST(CriticalPath, TimeInAPoolsQueueIsWaitingForTheSubmission) {
  TestSession test;
  Linked linked;
  const int pipeline = test.add(Kind::span, 0, 0, 40, "pipeline");
  const int submit = test.add(Kind::span, pipeline, 10, 12, "pool_submit");
  const int dequeue = test.add(Kind::span, 0, 70, 100, "pool_dequeue");
  linked.link(test, dequeue, {submit});
  const Walked walked(test);
  EXPECT_EQ(walked.text(), "1[0,10) 2[10,12) ~2[12,70) 3[70,100)");
  EXPECT_EQ(walked.path.segments[2].waiter, TestSession::index_of(walked.session, dequeue));
  expect_whole(walked.path);
}

TEST(CriticalPath, ATraceThatWaitsDoesNotWaitForOtherTracesAlsoBelowARun) {
  for (const bool is_recorded : {false, true}) {
    TestSession test;
    Linked linked;
    const int pipeline = test.add(Kind::span, 0, 0, 40, "pipeline");
    const int submit = test.add(Kind::span, pipeline, 10, 12, "pool_submit");
    test.add(Kind::span, 0, 40, 69, "other");
    linked.link(test, test.add(Kind::span, 0, 70, 100, "pool_dequeue"), {submit});
    if (is_recorded) test.add(Kind::run, 0, 0, 101, "run");
    EXPECT_EQ(Walked(test).text(),
              std::string("1[0,10) 2[10,12) ~2[12,70) 4[70,100)") + (is_recorded ? " 5[100,101)" : ""));
  }
}

TEST(CriticalPath, AResumptionWaitsForItsSuspension) {
  TestSession test;
  Linked linked;
  const int pipeline = test.add(Kind::span, 0, 0, 100, "pipeline");
  const int suspension = test.add(Kind::span, pipeline, 10, 12, "suspension");
  const int resume = test.add(Kind::span, pipeline, 80, 90, "resume");
  linked.link(test, resume, {suspension});
  EXPECT_EQ(Walked(test).text(), "1[0,10) 2[10,12) ~2[12,80) 3[80,90) 1[90,100)");
}

TEST(CriticalPath, WhatItsParentDidMeanwhileComesBeforeTheLink) {
  TestSession test;
  Linked linked;
  const int pipeline = test.add(Kind::span, 0, 0, 100, "pipeline");
  const int suspension = test.add(Kind::span, pipeline, 10, 12, "suspension");
  test.tool(pipeline, 20, 60, "meanwhile");
  const int resume = test.add(Kind::span, pipeline, 80, 100, "resume");
  linked.link(test, resume, {suspension});
  EXPECT_EQ(Walked(test).text(), "1[0,10) 2[10,12) 1[12,20) 3[20,60) ~2[60,80) 4[80,100)");
}

TEST(CriticalPath, AMatchWaitsForTheLastOfManyEmissions) {
  TestSession test;
  Linked linked;
  const int pipeline = test.add(Kind::span, 0, 0, 100, "pipeline");
  const int first = test.add(Kind::span, pipeline, 5, 6, "channel_emit");
  const int last = test.add(Kind::span, pipeline, 30, 32, "channel_emit");
  const int match = test.add(Kind::span, 0, 50, 120, "channel_match");
  linked.link(test, match, {last, first, first, match});
  EXPECT_EQ(Walked(test).text(), "1[0,5) 2[5,6) 1[6,30) 3[30,32) ~3[32,50) 4[50,120)");
}

TEST(CriticalPath, LinksToWhatStillRanOrInACircleAreHarmless) {
  TestSession test;
  Linked linked;
  const int pipeline = test.add(Kind::span, 0, 0, 100, "pipeline");
  const int drain = test.add(Kind::span, 0, 90, 120, "drain");
  linked.link(test, drain, {pipeline});
  linked.link(test, pipeline, {drain});
  EXPECT_EQ(Walked(test).text(), "1[0,90) 2[90,120)");
}

}  // namespace
}  // namespace strobe::analyze
