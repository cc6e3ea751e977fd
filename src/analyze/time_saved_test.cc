#include "analyze/time_saved.h"

#include <gtest/gtest.h>

#include <random>

#include "analyze/critical_path.h"
#include "analyze/test_session.h"

namespace strobe::analyze {
namespace {

constexpr int64_t k_ms = 1'000'000;

// By the path of the changed session.
int64_t critical_wall(const SessionView& session) {
  return critical_path_of(time_tree_of(session), span_links_of(session)).wall_ns;
}

int64_t saved_ms(TestSession& test, int span) {
  const SessionView session = test.build();
  const TimeTree tree = time_tree_of(session);
  const SpanLinks links = span_links_of(session);
  return TimeSaved(tree, links).without(TestSession::index_of(session, span)) / k_ms;
}

TEST(TimeSaved, InSeriesAllOfIt) {
  TestSession test;
  const int agent = test.agent(0, 0, 100);
  const int call = test.call(agent, 10, 40);
  test.tool(agent, 50, 90, "build");
  EXPECT_EQ(saved_ms(test, call), 30);
}

TEST(TimeSaved, BesideASiblingOnlyWhatItWasLonger) {
  TestSession test;
  const int agent = test.agent(0, 0, 100);
  const int slow = test.tool(agent, 10, 80, "slow");
  test.tool(agent, 10, 60, "quick");
  test.call(agent, 80, 100);
  EXPECT_EQ(saved_ms(test, slow), 20);
}

TEST(TimeSaved, NothingWhereASiblingTakesLonger) {
  TestSession test;
  const int agent = test.agent(0, 0, 100);
  test.tool(agent, 10, 80, "slow");
  const int quick = test.tool(agent, 10, 60, "quick");
  EXPECT_EQ(saved_ms(test, quick), 0);
}

TEST(TimeSaved, LaterTracesMoveUp) {
  TestSession test;
  const int first = test.agent(0, 0, 40);
  test.agent(0, 60, 90);
  EXPECT_EQ(saved_ms(test, first), 40);
}

TEST(TimeSaved, WhatOutlivesItsParentStillTakesItsTime) {
  TestSession test;
  const int agent = test.agent(0, 0, 50);
  const int call = test.call(agent, 10, 40);
  test.tool(agent, 20, 90, "detached");
  EXPECT_EQ(saved_ms(test, call), 0);
}

TEST(TimeSaved, WhatEndedAfterItsParentDoesNotMoveTheParentsOwnEnd) {
  TestSession test;
  const int agent = test.agent(0, 0, 80);
  const int slow = test.tool(agent, 0, 90, "slow");
  test.call(agent, 100, 120);
  EXPECT_EQ(saved_ms(test, slow), 40);
}

TEST(TimeSaved, AMarkBehindEverythingMovesUpWithIt) {
  TestSession test;
  const int agent = test.agent(0, 0, 50);
  const int call = test.call(agent, 10, 40);
  test.add(Kind::span, agent, 90, 90, "mark");
  EXPECT_EQ(saved_ms(test, call), 30);
}

// A program that runs groups one after another, the members of a group side by side, with work of its own between them.
struct Program {
  struct Group {
    int own_before = 0;
    std::vector<Program> members;
  };
  std::vector<Group> groups;
  int own_after = 0;
  int number = 0;

  static Program random(std::mt19937& random, int depth, int& numbers) {
    Program program;
    program.number = ++numbers;
    const uint32_t groups = depth == 0 ? 0 : random() % 4;
    for (uint32_t i = 0; i < groups; ++i) {
      Group& group = program.groups.emplace_back();
      group.own_before = static_cast<int>(random() % 3) * 10;
      for (uint32_t j = 0; j <= random() % 3; ++j) group.members.push_back(Program::random(random, depth - 1, numbers));
    }
    program.own_after = static_cast<int>(random() % 4) * 10;
    return program;
  }
  // How long it takes, did program `without` take no time.
  int length(int without) const {
    if (number == without) return 0;
    int length = own_after;
    for (const Group& group : groups) {
      int longest = 0;
      for (const Program& member : group.members) longest = std::max(longest, member.length(without));
      length += group.own_before + longest;
    }
    return length;
  }
  // As spans; those of the one that takes no time are left out. Spans are numbered as they are added.
  void record(TestSession& test, int parent, int at, int without, std::vector<int>& span_of) const {
    if (number == without) return;
    const int span = test.add(Kind::span, parent, at, at + length(without), "p");
    span_of[static_cast<size_t>(number)] = span;
    for (const Group& group : groups) {
      at += group.own_before;
      int longest = 0;
      for (const Program& member : group.members) {
        member.record(test, span, at, without, span_of);
        longest = std::max(longest, member.length(without));
      }
      at += longest;
    }
  }
};

// Every program of series and groups is what its spans show, so leaving one out must give the wall that was foretold.
TEST(TimeSaved, IsExactForProgramsInSeriesAndSideBySide) {
  std::mt19937 random(7);
  int shorter = 0;
  for (int round = 0; round < 40; ++round) {
    int numbers = 0;
    const Program program = Program::random(random, 3, numbers);
    std::vector<int> span_of(static_cast<size_t>(numbers) + 1, 0);
    TestSession test;
    program.record(test, 0, 0, 0, span_of);
    const SessionView session = test.build();
    const TimeTree tree = time_tree_of(session);
    const SpanLinks no_links = span_links_of(session);
    TimeSaved time_saved(tree, no_links);
    ASSERT_EQ(tree.wall, program.length(0) * k_ms);
    for (int i = 1; i <= numbers; ++i) {
      const int32_t span = TestSession::index_of(session, span_of[static_cast<size_t>(i)]);
      const int64_t saved = time_saved.without(span);
      ASSERT_EQ(saved, (program.length(0) - program.length(i)) * k_ms) << "round " << round << " program " << i;
      shorter += saved > 0 ? 1 : 0;
      std::vector<int> ignored(static_cast<size_t>(numbers) + 1, 0);
      TestSession changed;
      program.record(changed, 0, 0, i, ignored);
      const SessionView less = changed.build();
      EXPECT_EQ(tree.wall - saved, critical_wall(less));
    }
  }
  EXPECT_GT(shorter, 200);
}

}  // namespace
}  // namespace strobe::analyze
