#include "analyze/growth_formula.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

namespace strobe::analyze {

namespace {

GrowthPrediction predict(const std::vector<int64_t>& tokens, int64_t budget, int64_t max_steps = 0) {
  return predict_growth({.tokens = tokens,
                         .budget = budget,
                         .current_step = static_cast<int64_t>(tokens.size()),
                         .max_steps = max_steps});
}

// The same with doubles, straight from the formula's description.
struct Plain {
  double used_percent = 0, average = 0, recent = 0;
  int64_t est_remaining = 0;
};

double round1(double value) { return std::round(value * 10) / 10; }

Plain plain_of(const std::vector<int64_t>& tokens, int64_t budget) {
  Plain plain;
  const auto used = static_cast<double>(tokens.back());
  plain.used_percent = round1(used / static_cast<double>(budget) * 100);
  plain.average = round1(used / static_cast<double>(tokens.size()));
  double sum = 0;
  int count = 0;
  for (size_t i = 1; i < tokens.size(); ++i) {
    if (i + 5 <= tokens.size()) continue;  // outside of the last five
    if (tokens[i] <= tokens[i - 1]) continue;
    sum += static_cast<double>(tokens[i] - tokens[i - 1]);
    ++count;
  }
  plain.recent = count > 0 ? round1(sum / count) : 0;
  const double rate = plain.recent > 0 ? plain.recent : plain.average;
  const auto remaining = static_cast<double>(std::max<int64_t>(budget - tokens.back(), 0));
  plain.est_remaining = rate > 0 ? static_cast<int64_t>(std::floor(remaining / rate + 1e-9)) : 0;
  return plain;
}

}  // namespace

TEST(GrowthFormula, AnExampleByHand) {
  const GrowthPrediction prediction = predict({250, 1'000, 2'000, 2'900, 4'500, 6'800}, 8'000, 7);
  EXPECT_EQ(prediction.used_tenths_percent, 850);
  EXPECT_EQ(prediction.average_tenths, 11'333);
  EXPECT_EQ(prediction.recent_tenths, 14'500);  // 1000, 900, 1600, 2300
  EXPECT_EQ(prediction.recent_steps, 5);
  EXPECT_EQ(prediction.remaining, 1'200);
  EXPECT_EQ(prediction.est_remaining, 0);
  EXPECT_TRUE(prediction.predict_exhaust);
  EXPECT_EQ(prediction.alert, GrowthAlert::warning);
}

TEST(GrowthFormula, OnlyAdditionsCountForTheRecentRate) {
  EXPECT_EQ(predict({100, 200, 150, 250}, 0).recent_tenths, 1'000);
  EXPECT_EQ(predict({300, 200, 100}, 0).recent_tenths, 0);
  EXPECT_EQ(predict({300, 200, 100}, 0).rate_tenths(), 333);
  EXPECT_EQ(predict({300}, 0).recent_tenths, 0);
  // Of the last five only: the leap is before them.
  EXPECT_EQ(predict({0, 9'000, 9'100, 9'200, 9'300, 9'400}, 0).recent_tenths, 1'000);
}

TEST(GrowthFormula, AlertsJustBelowAndJustAboveTheirLevels) {
  EXPECT_EQ(predict({8'000}, 10'000).alert, GrowthAlert::none);
  EXPECT_EQ(predict({8'004}, 10'000).alert, GrowthAlert::none);  // 80.0 when rounded
  EXPECT_EQ(predict({8'005}, 10'000).alert, GrowthAlert::warning);
  EXPECT_EQ(predict({9'004}, 10'000).alert, GrowthAlert::warning);
  EXPECT_EQ(predict({9'005}, 10'000).alert, GrowthAlert::critical);
  EXPECT_EQ(predict({20'000}, 10'000).alert, GrowthAlert::critical);
  EXPECT_EQ(predict({20'000}, 0).alert, GrowthAlert::none);
}

TEST(GrowthFormula, ExhaustionIsPredictedUpToTheLastStepAndNotBeyond) {
  const std::vector<int64_t> tokens = {1'000, 2'000};  // three more fit into 5,000
  EXPECT_TRUE(predict(tokens, 5'000, 5).predict_exhaust);
  EXPECT_FALSE(predict(tokens, 5'000, 4).predict_exhaust);
}

TEST(GrowthFormula, WithoutABudgetOrALimitOrGrowthNothingIsPredicted) {
  EXPECT_FALSE(predict({1'000, 2'000}, 0, 10).predict_exhaust);
  EXPECT_FALSE(predict({1'000, 2'000}, 0, 10).est_remaining.has_value());
  EXPECT_FALSE(predict({1'000, 2'000}, 2'000, 0).predict_exhaust);
  EXPECT_FALSE(predict({0, 0}, 2'000, 10).est_remaining.has_value());
  EXPECT_FALSE(predict({}, 2'000, 10).est_remaining.has_value());
}

TEST(GrowthFormula, TheRangeIsThatOfTheRecentAdditions) {
  const GrowthPrediction prediction = predict({1'000, 2'000, 2'500}, 10'000);
  EXPECT_EQ(prediction.est_remaining, 10);
  EXPECT_EQ(prediction.est_remaining_least, 7);
  EXPECT_EQ(prediction.est_remaining_most, 15);
}

TEST(GrowthFormula, HugeNumbersSaturate) {
  constexpr int64_t k_max = std::numeric_limits<int64_t>::max();
  const GrowthPrediction prediction = predict({1, k_max}, 1);
  EXPECT_EQ(prediction.alert, GrowthAlert::critical);
  EXPECT_EQ(prediction.est_remaining, 0);
  EXPECT_GT(predict({1, 2}, k_max).est_remaining.value_or(0), 0);
}

TEST(GrowthFormula, AgreesWithThePlainFormula) {
  std::mt19937 random(1);
  for (int round = 0; round < 2000; ++round) {
    std::vector<int64_t> tokens(1 + random() % 12);
    for (int64_t& value : tokens) value = random() % 20'000;
    const auto budget = static_cast<int64_t>(1 + random() % 30'000);
    const GrowthPrediction prediction = predict(tokens, budget);
    const Plain plain = plain_of(tokens, budget);
    EXPECT_NEAR(static_cast<double>(prediction.used_tenths_percent) / 10, plain.used_percent, 0.11);
    EXPECT_NEAR(static_cast<double>(prediction.average_tenths) / 10, plain.average, 1e-6);
    EXPECT_NEAR(static_cast<double>(prediction.recent_tenths) / 10, plain.recent, 1e-6);
    EXPECT_EQ(prediction.est_remaining.value_or(0), plain.est_remaining);
  }
}

}  // namespace strobe::analyze
