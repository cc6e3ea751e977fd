#include "analyze/self_time.h"

#include <gtest/gtest.h>

#include <random>

#include "analyze/critical_path_test_util.h"

namespace strobe::analyze {
namespace {

int64_t self_ms(TestSession& test, int span) {
  const SessionView session = test.build();
  return self_times_of(time_tree_of(session))[TestSession::index_of(session, span)] / k_ms;
}

TEST(SelfTime, IsWhatNoChildCovers) {
  TestSession test;
  const int agent = test.agent(0, 0, 100);
  test.tool(agent, 10, 50, "one");
  test.tool(agent, 30, 60, "overlapping");
  test.tool(agent, 90, 100, "last");
  EXPECT_EQ(self_ms(test, agent), 40);
}

TEST(SelfTime, AChildWaitsNoLongerThanItRuns) {
  TestSession test;
  const int agent = test.agent(0, 0, 100);
  const int child = test.tool(agent, 10, 30, "started something");
  test.tool(child, 60, 70, "that ran later");
  EXPECT_EQ(self_ms(test, agent), 70);
}

// Millisecond by millisecond: does anything below it run?
int64_t counted_ms(const TimeTree& tree, int32_t span) {
  const auto runs_below = [&](int64_t time) {
    for (int32_t other = 0; other < tree.session; ++other) {
      if (other == span || tree.nodes[other].start > time || time >= tree.nodes[other].end) continue;
      int32_t above = tree.nodes[other].parent;
      while (above != span && above != tree.session) above = tree.nodes[above].parent;
      if (above == span) return true;
    }
    return false;
  };
  int64_t counted = 0;
  for (int64_t time = tree.nodes[span].start; time < tree.nodes[span].end; time += k_ms) counted += !runs_below(time);
  return counted;
}

TEST(SelfTime, AgreesWithCountingOnRandomTrees) {
  std::mt19937 random(23);
  const auto below = [&](int limit) { return static_cast<int>(random() % static_cast<uint32_t>(limit)); };
  for (int round = 0; round < 600; ++round) {
    struct Times {
      int64_t start = 0, end = 80;
    };
    std::vector<Times> times(1);  // of nobody
    TestSession test;
    const int spans = 1 + below(10);
    for (int i = 1; i <= spans; ++i) {
      const int parent = below(i);
      Times made{below(10) * 10, 0};
      made.end = made.start + below(6) * 10;
      if (round % 2 == 0) {  // within its parent
        const auto [start, end] = times[static_cast<size_t>(parent)];
        made.start = start + below(static_cast<int>(end - start) + 1);
        made.end = made.start + below(static_cast<int>(end - made.start) + 1);
      }
      times.push_back(made);
      test.add(Kind::span, parent, made.start, made.end, "s");
    }
    const Walked walked(test);
    const std::vector<int64_t> self = self_times_of(walked.tree);
    for (int32_t span = 0; span < walked.tree.session; ++span) {
      ASSERT_EQ(self[static_cast<size_t>(span)], counted_ms(walked.tree, span) * k_ms)
          << round << ": " << walked.text();
    }
  }
}

// Quadratic work would take minutes: half of the spans nested, the other half late children of the deepest.
TEST(SelfTime, ManyThatRunLateFarBelowAreQuick) {
  constexpr int32_t k_count = 200'000;
  SessionView session;
  session.spans.resize(k_count);
  for (int32_t i = 0; i < k_count; ++i) {
    SpanView& span = session.spans[i];
    span.parent = std::min(i, k_count / 2) - 1;
    span.span.facts.start = {i + 1};
    span.span.facts.end = {i < k_count / 2 ? k_count / 2 + 1 : i + 2};
    if (span.parent >= 0) session.spans[span.parent].children.push_back(i);
  }
  const std::vector<int64_t> self = self_times_of(time_tree_of(session));
  EXPECT_EQ(self, std::vector<int64_t>(k_count, 1));
}

}  // namespace
}  // namespace strobe::analyze
