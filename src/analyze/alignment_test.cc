#include "analyze/alignment.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace strobe::analyze {

namespace {

// The table of every textbook.
size_t slow_length(const std::vector<int32_t>& a, const std::vector<int32_t>& b) {
  std::vector<std::vector<size_t>> length(a.size() + 1, std::vector<size_t>(b.size() + 1, 0));
  for (size_t i = 0; i < a.size(); ++i) {
    for (size_t j = 0; j < b.size(); ++j) {
      length[i + 1][j + 1] = a[i] == b[j] ? length[i][j] + 1 : std::max(length[i][j + 1], length[i + 1][j]);
    }
  }
  return length[a.size()][b.size()];
}

void expect_is_common(const Alignment& alignment, const std::vector<int32_t>& a, const std::vector<int32_t>& b) {
  for (size_t i = 0; i < alignment.matches.size(); ++i) {
    const auto [x, y] = alignment.matches[i];
    ASSERT_LT(static_cast<size_t>(x), a.size());
    ASSERT_LT(static_cast<size_t>(y), b.size());
    ASSERT_EQ(a[x], b[y]);
    if (i == 0) continue;
    ASSERT_LT(alignment.matches[i - 1].first, x);
    ASSERT_LT(alignment.matches[i - 1].second, y);
  }
}

}  // namespace

TEST(Alignment, IsAsLongAsTheSlowOne) {
  std::mt19937 random(7);
  for (int round = 0; round < 3000; ++round) {
    std::vector<int32_t> a(random() % 30), b(random() % 30);
    const uint32_t letters = 1 + random() % 6;
    for (int32_t& value : a) value = static_cast<int32_t>(random() % letters);
    for (int32_t& value : b) value = static_cast<int32_t>(random() % letters);
    const Alignment alignment = align(a, b);
    ASSERT_TRUE(alignment.is_exact);
    expect_is_common(alignment, a, b);
    ASSERT_EQ(alignment.matches.size(), slow_length(a, b)) << "round " << round;
  }
}

TEST(Alignment, BeyondItsLimitsKeepsWhatBothBeginAndEndWith) {
  std::vector<int32_t> a = {1, 2}, b = {1, 2};
  for (int32_t i = 0; i < 50; ++i) {
    a.push_back(100 + i);
    b.push_back(1000 + i);
  }
  a.push_back(3);
  b.push_back(3);
  const Alignment alignment = align(a, b, {.edits_max = 20});
  EXPECT_FALSE(alignment.is_exact);
  expect_is_common(alignment, a, b);
  EXPECT_EQ(alignment.matches.size(), 3u);
  EXPECT_FALSE(align(a, b, {.work_max = 100}).is_exact);
  EXPECT_TRUE(align(a, b).is_exact);
}

TEST(Alignment, AMillionElementsThatHardlyAgreeTakeNoMoreThanTheLimit) {
  std::mt19937 random(3);
  std::vector<int32_t> a(1'000'000), b(1'000'000);
  for (int32_t& value : a) value = static_cast<int32_t>(random() % 2);
  for (int32_t& value : b) value = static_cast<int32_t>(random() % 2);
  EXPECT_FALSE(align(a, b).is_exact);
  EXPECT_EQ(align(a, a).matches.size(), a.size());
  EXPECT_TRUE(align(a, {}).matches.empty());
}

}  // namespace strobe::analyze
