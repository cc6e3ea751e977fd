#include "analyze/health_score.h"

#include <gtest/gtest.h>

namespace strobe::analyze {

namespace {

Finding finding(std::string rule, Severity severity) { return {.rule = std::move(rule), .severity = severity}; }

TEST(HealthScore, EachRuleCountsOnceByItsWorst) {
  const Finding findings[] = {finding("a", Severity::medium), finding("a", Severity::high),
                              finding("a", Severity::medium), finding("b", Severity::low)};
  const HealthScore score = health_score_of({.llm_calls = 1}, findings);
  EXPECT_EQ(score.points, 100 - 25 - 2);
  ASSERT_EQ(score.items.size(), 2u);
  EXPECT_EQ(score.items[0].rule, "a");
  EXPECT_EQ(score.items[0].findings, 3);
  EXPECT_EQ(rating_of(score.points), "fair");
}

Finding with_spans(std::string rule, Severity severity, std::vector<int32_t> spans) {
  Finding out = finding(std::move(rule), severity);
  out.evidence = std::move(spans);
  return out;
}

// "rule points same_as" a line.
std::string items_of(const std::vector<Finding>& findings) {
  std::string text;
  for (const ScoreItem& item : health_score_of({.llm_calls = 1}, findings).items) {
    text += item.rule + " " + std::to_string(item.points) + (item.same_as.empty() ? "" : " as " + item.same_as) + "\n";
  }
  return text;
}

TEST(HealthScore, FailuresThatSeveralRulesTellCountOnce) {
  EXPECT_EQ(items_of({with_spans("error_streak", Severity::critical, {3, 5, 7}),
                      with_spans("error_loop", Severity::high, {3, 5, 7, 9}),
                      with_spans("tool_error_rate", Severity::high, {3, 5, 7, 9}),
                      with_spans("tool_timeout_patterns", Severity::medium, {5, 7})}),
            "error_streak 45\nerror_loop 0 as error_streak\ntool_error_rate 0 as error_streak\n"
            "tool_timeout_patterns 0 as error_streak\n");
}

TEST(HealthScore, WhatIsMostlySomethingElseCounts) {
  const Finding streak = with_spans("error_streak", Severity::critical, {3, 5, 7});
  EXPECT_EQ(items_of({streak, with_spans("error_loop", Severity::high, {3, 5, 7, 9, 11, 13})}),
            "error_streak 45\nerror_loop 0 as error_streak\n")
      << "half of it";
  EXPECT_EQ(items_of({streak, with_spans("error_loop", Severity::high, {3, 5, 7, 9, 11, 13, 15})}),
            "error_streak 45\nerror_loop 25\n");
}

TEST(HealthScore, OfEqualsTheOneWithMoreSpansCounts) {
  const Finding small = with_spans("error_streak", Severity::high, {3, 5, 7});
  const Finding large = with_spans("error_loop", Severity::high, {3, 5, 7, 9, 11, 13, 15});
  const std::string expected = "error_loop 25\nerror_streak 0 as error_loop\n";
  EXPECT_EQ(items_of({small, large}), expected);
  EXPECT_EQ(items_of({large, small}), expected);
}

TEST(HealthScore, SpansThatWereDroppedCountAsMore) {
  Finding cut = with_spans("error_streak", Severity::high, {3, 5, 7});
  cut.evidence_dropped = 2;
  const Finding whole = with_spans("error_loop", Severity::high, {3, 5, 7, 9});
  EXPECT_EQ(items_of({whole, cut}), "error_streak 25\nerror_loop 0 as error_streak\n");
}

TEST(HealthScore, WhatTwoRulesTellTogetherIsTold) {
  EXPECT_EQ(items_of({with_spans("doom_loop", Severity::high, {1, 2, 3}),
                      with_spans("retry_storm", Severity::high, {4, 5, 6}),
                      with_spans("error_loop", Severity::medium, {1, 2, 4, 5, 8})}),
            "doom_loop 25\nretry_storm 25\nerror_loop 0 as doom_loop\n");
}

TEST(HealthScore, TheSameSpansWithAnotherTroubleCountAgain) {
  EXPECT_EQ(items_of({with_spans("excessive_iterations", Severity::high, {8, 9}),
                      with_spans("cache_inefficiency", Severity::high, {8, 9}),
                      with_spans("slow_tool", Severity::high, {8, 9})}),
            "excessive_iterations 25\ncache_inefficiency 25\nslow_tool 25\n");
}

TEST(HealthScore, ARuleCountsByTheFindingThatNoOtherTells) {
  const std::vector<Finding> findings = {with_spans("error_streak", Severity::critical, {1, 2, 3}),
                                         with_spans("doom_loop", Severity::high, {1, 2, 3}),
                                         with_spans("doom_loop", Severity::medium, {7, 8, 9})};
  const HealthScore score = health_score_of({.llm_calls = 1}, findings);
  ASSERT_EQ(score.items.size(), 2u);
  EXPECT_EQ(score.items[1].points, 10);
  EXPECT_EQ(score.items[1].severity, Severity::medium);
  EXPECT_EQ(score.items[1].findings, 2);
  EXPECT_EQ(score.points, 100 - 45 - 10);
}

TEST(HealthScore, ASessionThatFailedIsNotGood) {
  const SessionSummary failed{.status = SessionStatus::error, .llm_calls = 1};
  const HealthScore score = health_score_of(failed, {});
  EXPECT_EQ(score.points, 75);
  ASSERT_EQ(score.items.size(), 1u);
  EXPECT_EQ(score.items[0].rule, "session_failed");
  const Finding told[] = {with_spans("error_loop", Severity::high, {1, 2, 3})};
  EXPECT_EQ(health_score_of(failed, told).points, 50) << "what failed, and that nothing came of it";
}

TEST(HealthScore, StaysBetweenZeroAndAHundred) {
  std::vector<Finding> findings;
  EXPECT_EQ(health_score_of({.tool_calls = 1}, findings).points, 100);
  for (int i = 0; i < 5; ++i) findings.push_back(finding(std::to_string(i), Severity::critical));
  EXPECT_EQ(health_score_of({.tool_calls = 1}, findings).points, 0);
}

TEST(HealthScore, WhatDidNothingIsNotJudged) {
  const Finding findings[] = {finding("a", Severity::critical)};
  const HealthScore score = health_score_of({}, findings);
  EXPECT_FALSE(score.is_judged);
  EXPECT_TRUE(score.items.empty());
}

TEST(HealthScore, RatingsBeginWhereTheFormulaSays) {
  EXPECT_EQ(rating_of(80), "good");
  EXPECT_EQ(rating_of(79), "fair");
  EXPECT_EQ(rating_of(60), "fair");
  EXPECT_EQ(rating_of(59), "poor");
}

}  // namespace

}  // namespace strobe::analyze
