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
