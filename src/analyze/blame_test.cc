#include "analyze/blame.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "analyze/test_session.h"

namespace strobe::analyze {
namespace {

constexpr int64_t k_ms = 1'000'000;

struct Blamed {
  SessionView session;
  Blame blame;

  explicit Blamed(TestSession& test) : session(test.build()), blame(blame_of(session)) {}
  std::vector<int> numbers(const std::vector<int32_t>& spans) const {
    std::vector<int> numbers;
    for (const int32_t span : spans) numbers.push_back(session.spans[span].span.facts.span_id.bytes[7]);
    return numbers;
  }
};

using Numbers = std::vector<int>;

TEST(Blame, NestedTimeIsNotCountedTwiceOnThePathButInTheRnixSum) {
  TestSession test;
  const int agent = test.agent(0, 0, 100);
  const int inner = test.agent(agent, 10, 90);
  test.call(inner, 20, 80);
  const Blamed blamed(test);
  EXPECT_EQ(blamed.blame.path.wall_ns, 100 * k_ms);
  EXPECT_EQ(blamed.blame.path_sum.sum_ns, 240 * k_ms);
  EXPECT_EQ(blamed.numbers(blamed.blame.path_sum.path), (Numbers{1, 2, 3}));
}

TEST(Blame, TheFirstOfEqualPathSumsWins) {
  TestSession test;
  const int agent = test.agent(0, 0, 100);
  test.tool(agent, 10, 30, "first");
  test.tool(agent, 40, 60, "second");
  const Blamed blamed(test);
  EXPECT_EQ(blamed.numbers(blamed.blame.path_sum.path), (Numbers{1, 2}));
}

TEST(Blame, PathSumsOfNothingAreEmpty) {
  TestSession test;
  test.agent(0, 5, 5);
  EXPECT_TRUE(Blamed(test).blame.path_sum.path.empty());
}

TEST(Blame, SelfTimeIsWhatNoChildCovers) {
  TestSession test;
  const int agent = test.agent(0, 0, 100);
  test.tool(agent, 10, 50, "one");
  test.tool(agent, 30, 60, "overlapping");
  test.tool(agent, 90, 140, "outlives it");
  const Blamed blamed(test);
  EXPECT_EQ(blamed.blame.hotspots.self_ns[0], 40 * k_ms);
}

TEST(Blame, SelfTimeAgreesWithCountingMilliseconds) {
  std::mt19937 random(11);
  for (int round = 0; round < 300; ++round) {
    TestSession test;
    const int root = test.agent(0, 20, 80);
    std::vector<bool> covered(200, false);
    for (uint32_t i = 0; i < random() % 8; ++i) {
      const auto start = static_cast<int64_t>(random() % 100);
      const int64_t end = start + static_cast<int64_t>(random() % 9) * 7;
      test.tool(root, start, end, "t");
      std::fill(covered.begin() + start, covered.begin() + end, true);
    }
    // Hairs of a millisecond are cut from siblings, which covers no less.
    const Blamed blamed(test);
    const int32_t at = TestSession::index_of(blamed.session, root);
    EXPECT_EQ(blamed.blame.hotspots.self_ns[at], std::count(covered.begin() + 20, covered.begin() + 80, false) * k_ms);
  }
}

TEST(Blame, EqualHotspotsStandInTheOrderOfTheSession) {
  TestSession test;
  const int agent = test.agent(0, 0, 100);
  for (int i = 0; i < 8; ++i) test.call(agent, i * 10, i * 10 + 10);
  const Blamed blamed(test);
  EXPECT_EQ(blamed.numbers(blamed.blame.hotspots.by_tokens), (Numbers{2, 3, 4, 5, 6}));
  EXPECT_EQ(blamed.numbers(blamed.blame.hotspots.by_duration), (Numbers{1, 2, 3, 4, 5}));
  EXPECT_TRUE(blamed.blame.hotspots.by_cost.empty());
}

TEST(Blame, ChainsGoFromTheFailingLeafUp) {
  TestSession test;
  const int root = test.agent(0, 0, 100);
  const int middle = test.agent(root, 10, 90);
  const int leaf = test.tool(middle, 20, 30, "read_file");
  test.fail(middle);
  test.fail(leaf);
  const Blamed blamed(test);
  ASSERT_EQ(blamed.blame.errors.chains.size(), 1u);
  const ErrorChain& chain = blamed.blame.errors.chains[0];
  EXPECT_EQ(blamed.numbers(chain.path), (Numbers{1, 2, 3}));
  EXPECT_EQ(blamed.numbers({chain.deepest, chain.topmost}), (Numbers{3, 2}));
  EXPECT_EQ(blamed.blame.errors.error_spans, 2);
}

TEST(Blame, AnInnerFailureWhoseChildrenDidWellIsAChainOfItsOwn) {
  TestSession test;
  const int root = test.agent(0, 0, 100);
  const int fine = test.agent(root, 10, 90);
  const int leaf = test.tool(fine, 20, 30, "read_file");
  test.fail(root);
  test.fail(leaf);
  const Blamed blamed(test);
  ASSERT_EQ(blamed.blame.errors.chains.size(), 2u);
  EXPECT_EQ(blamed.numbers(blamed.blame.errors.chains[0].path), (Numbers{1}));
  EXPECT_EQ(blamed.numbers(blamed.blame.errors.chains[1].path), (Numbers{1, 2, 3}));
  EXPECT_EQ(blamed.numbers({blamed.blame.errors.chains[1].topmost}), (Numbers{1}));
}

TEST(Blame, FailuresOfOrphansAreNotLost) {
  TestSession test;
  test.agent(0, 0, 100);
  test.fail(test.tool(77, 20, 30, "orphan"));
  const Blamed blamed(test);
  EXPECT_EQ(blamed.blame.errors.total, 1);
  EXPECT_EQ(blamed.numbers(blamed.blame.errors.chains[0].path), (Numbers{2}));
}

TEST(Blame, SecondRecordingsOfACallAreNoFailuresOfTheirOwn) {
  TestSession test;
  const int agent = test.agent(0, 0, 100);
  const int call = test.call(agent, 10, 20);
  const int again = test.add(Kind::llm, call, 10, 20, "chat");
  test.fail(call);
  test.fail(again);
  test.at(again).duplicate_how = SameCall::nested;
  const Blamed blamed(test);
  EXPECT_EQ(blamed.blame.errors.error_spans, 1);
  EXPECT_EQ(blamed.numbers({blamed.blame.errors.chains[0].deepest}), (Numbers{2}));
}

TEST(Blame, ChainsOfVeryDeepTracesLoseTheirMiddle) {
  TestSession test;
  for (int i = 1; i <= 500; ++i) test.add(Kind::span, i - 1, i, 2000 - i, "level");
  test.fail(500);
  const Blamed blamed(test);
  EXPECT_EQ(blamed.blame.errors.chains[0].path.size(), k_chain_spans_max);
  EXPECT_EQ(blamed.blame.errors.chains[0].path.back(), blamed.blame.errors.chains[0].deepest);
}

TEST(Blame, SubAgentsTellWhatThePathHasBelowThem) {
  TestSession test;
  const int agent = test.agent(0, 0, 100);
  const int slow = test.agent(agent, 10, 80, "slow");
  test.call(slow, 20, 80);
  const int quick = test.agent(agent, 10, 50, "quick");
  test.call(quick, 10, 50);
  const Blamed blamed(test);
  ASSERT_EQ(blamed.blame.sub_agents.size(), 1u);
  EXPECT_EQ(blamed.blame.sub_agents[0].below_ns, 70 * k_ms);
  EXPECT_EQ(blamed.blame.sub_agents[0].saved_ns, 30 * k_ms);
  EXPECT_EQ(blamed.blame.path_spans[0].self_ns, 60 * k_ms);
}

}  // namespace
}  // namespace strobe::analyze
