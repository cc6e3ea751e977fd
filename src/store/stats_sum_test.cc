#include "store/stats_sum.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <random>

#include "store/name_pattern.h"

namespace strobe::store {
namespace {

constexpr int64_t k_max = std::numeric_limits<int64_t>::max();

TEST(Percentile, IsTheNearestRank) {
  std::vector<int64_t> none;
  EXPECT_EQ(percentile(none, 50), 0);
  std::vector<int64_t> one = {7};
  EXPECT_EQ(percentile(one, 50), 7);
  EXPECT_EQ(percentile(one, 99), 7);
  // The textbook's five.
  std::vector<int64_t> five = {50, 15, 40, 20, 35};
  EXPECT_EQ(percentile(five, 5), 15);
  EXPECT_EQ(percentile(five, 30), 20);
  EXPECT_EQ(percentile(five, 40), 20);
  EXPECT_EQ(percentile(five, 50), 35);
  EXPECT_EQ(percentile(five, 100), 50);
}

TEST(Percentile, AgreesWithSortingAndCounting) {
  std::mt19937_64 random(5);
  for (int round = 0; round < 200; ++round) {
    std::vector<int64_t> values(1 + random() % 150);
    for (int64_t& value : values) value = static_cast<int64_t>(random() % 50);
    const int percent = static_cast<int>(1 + random() % 100);
    const int64_t found = percentile(values, percent);
    const auto at_or_below = [&](int64_t limit) {
      return 100 * std::ranges::count_if(values, [&](int64_t value) { return value <= limit; });
    };
    EXPECT_GE(at_or_below(found), percent * static_cast<int64_t>(values.size()));
    EXPECT_LT(at_or_below(found - 1), percent * static_cast<int64_t>(values.size()));
  }
}

TEST(StatsSum, AddsCallsUsageAndCostByKey) {
  StatsSum sum;
  sum.add(
      "a",
      {.failed = true, .duration = {30}, .usage = {.input = 5}, .cost_kind = CostKind::reported, .cost_pico_usd = 7});
  sum.add("a", {.duration = {10}, .usage = {.output = 2}, .cost_kind = CostKind::computed, .cost_pico_usd = 1});
  sum.add("b", {.duration = {20}, .cost_kind = CostKind::reported, .cost_pico_usd = 9});
  sum.add("", {.duration = {1}});
  const auto rows = sum.take_rows(StatsBy::model);
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[0].key, "b");
  EXPECT_EQ(rows[0].cost_kind, CostKind::reported);
  EXPECT_EQ(rows[1].key, "a");
  EXPECT_EQ(rows[1].calls, 2);
  EXPECT_EQ(rows[1].errors, 1);
  EXPECT_EQ(rows[1].usage, (Usage{.input = 5, .output = 2}));
  EXPECT_EQ(rows[1].cost_pico_usd, 8);
  EXPECT_EQ(rows[1].cost_kind, CostKind::computed);
  EXPECT_EQ(rows[1].total.ns, 40);
  EXPECT_EQ(rows[1].p50.ns, 10);
  EXPECT_EQ(rows[1].p99.ns, 30);
  EXPECT_EQ(rows[2].key, "");
  EXPECT_EQ(rows[2].cost_kind, CostKind::unpriced);
  EXPECT_TRUE(sum.take_rows(StatsBy::model).empty());
}

TEST(StatsSum, WhatIsNoCallAddsOnlyWhatItCost) {
  StatsSum sum;
  sum.add("m", {.is_call = false, .failed = true, .duration = {9}, .usage = {.input = 3}});
  sum.add("m", {.duration = {1}, .is_counted = false, .usage = {.input = 100}, .cost_pico_usd = 100});
  const auto rows = sum.take_rows(StatsBy::model);
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].calls, 1);
  EXPECT_EQ(rows[0].errors, 0);
  EXPECT_EQ(rows[0].total.ns, 1);
  EXPECT_EQ(rows[0].usage, (Usage{.input = 3}));
  EXPECT_EQ(rows[0].cost_pico_usd, 0);
}

TEST(StatsSum, OrdersByCostThenCallsThenKeyAndDaysByDay) {
  StatsSum sum;
  const StatsSpan priced{.cost_kind = CostKind::reported, .cost_pico_usd = 5};
  sum.add("2026-01-02", {});
  sum.add("2026-01-01", {});
  sum.add("2026-01-04", priced);
  sum.add("2026-01-03", {});
  sum.add("2026-01-03", {});
  StatsSum days = sum;
  const auto keys = [](const std::vector<StatsRow>& rows) {
    std::string all;
    for (const auto& row : rows) all += row.key.back();
    return all;
  };
  EXPECT_EQ(keys(sum.take_rows(StatsBy::session)), "4312");
  EXPECT_EQ(keys(days.take_rows(StatsBy::day)), "1234");
}

TEST(StatsSum, SaturatesInsteadOfOverflowing) {
  StatsSum sum;
  for (int i = 0; i < 2; ++i) {
    sum.add("m",
            {.duration = {k_max}, .usage = {.input = k_max}, .cost_kind = CostKind::reported, .cost_pico_usd = k_max});
  }
  const auto rows = sum.take_rows(StatsBy::model);
  EXPECT_EQ(rows[0].total.ns, k_max);
  EXPECT_EQ(rows[0].usage.input, k_max);
  EXPECT_EQ(rows[0].cost_pico_usd, k_max);
}

TEST(NamePattern, FindsAnywhereIgnoringCaseUnlessItIsAPattern) {
  EXPECT_TRUE(NamePattern("").matches("anything"));
  EXPECT_TRUE(NamePattern("").matches(""));
  EXPECT_TRUE(NamePattern("GPT-4o").matches("openai/gpt-4O-2024"));
  EXPECT_FALSE(NamePattern("gpt-5").matches("gpt-4o"));
  EXPECT_FALSE(NamePattern("longer than the name").matches("longer"));
  EXPECT_FALSE(NamePattern("a").matches(""));
  EXPECT_TRUE(NamePattern("gpt-*").matches("GPT-4o"));
  EXPECT_FALSE(NamePattern("gpt-*").matches("openai/gpt-4o"));
  EXPECT_TRUE(NamePattern("*-4?").matches("gpt-4o"));
  EXPECT_FALSE(NamePattern("*-4?").matches("gpt-4"));
  EXPECT_TRUE(NamePattern("*").matches(""));
  EXPECT_TRUE(NamePattern("a*b*c").matches("aXbXbXc"));
  EXPECT_FALSE(NamePattern("a*b*c").matches("aXbXbX"));
  EXPECT_FALSE(NamePattern("?").matches(""));
}

TEST(NamePattern, ManyStarsDoNotMakeItSlow) {
  std::string stars;
  for (int i = 0; i < 200; ++i) stars += "a*";
  EXPECT_FALSE(NamePattern(stars + "b").matches(std::string(20'000, 'a')));
}

}  // namespace
}  // namespace strobe::store
