#include "analyze/text_change.h"

#include <gtest/gtest.h>

#include <string>

namespace strobe::analyze {

TEST(TextChange, TellsTheFiveShapesApart) {
  EXPECT_EQ(change_of("be brief", "be brief"), TextChange::none);
  EXPECT_EQ(change_of("be brief", "be brief, please"), TextChange::appended);
  EXPECT_EQ(change_of("be brief, please", "be brief"), TextChange::truncated);
  EXPECT_EQ(change_of("be brief", "please be brief"), TextChange::prepended);
  EXPECT_EQ(change_of("please be brief", "be brief"), TextChange::leading_removed);
  EXPECT_EQ(change_of("be brief now", "be quick now"), TextChange::inner_edit);
  EXPECT_EQ(change_of("", "be brief"), TextChange::appended);
}

TEST(TextChange, FindsWhatChangesWithEveryCall) {
  EXPECT_EQ(
      volatile_value_in("run 6fa459ea-ee8a-3ca4-894e-db77e160355e now", "run 6fa459ea-ee8a-3ca4-894e-db77e1603bbb now"),
      Volatile::uuid);
  EXPECT_EQ(volatile_value_in("Today is 2026-01-30.", "Today is 2026-01-31."), Volatile::date);
  EXPECT_EQ(volatile_value_in("It is 12:59:59 now", "It is 13:00:00 now"), Volatile::date);
  EXPECT_EQ(volatile_value_in("Today is January 9, 2026", "Today is January 10, 2026"), Volatile::date);
  EXPECT_EQ(volatile_value_in("t=1769774400", "t=1769774401"), Volatile::counter);
  EXPECT_EQ(volatile_value_in("t=1769774400123", "t=1769774400124"), Volatile::counter);
  EXPECT_EQ(volatile_value_in("be brief", "be long"), Volatile::none);
}

TEST(TextChange, ACounterHasTenToThirteenDigits) {
  EXPECT_EQ(volatile_value_in("t=123456789", "t=123456780"), Volatile::none);
  EXPECT_EQ(volatile_value_in("t=12345678901234", "t=12345678901235"), Volatile::none);
}

TEST(TextChange, AValueFarFromTheChangeIsNotItsReason) {
  const std::string date = "2026-01-30";
  const auto with_gap = [&](size_t gap, char last) { return date + std::string(gap, '.') + "x" + last; };
  EXPECT_EQ(volatile_value_in(with_gap(20, 'a'), with_gap(20, 'b')), Volatile::date);
  EXPECT_EQ(volatile_value_in(with_gap(60, 'a'), with_gap(60, 'b')), Volatile::none);
}

TEST(TextChange, BothTextsMustHaveIt) {
  EXPECT_EQ(volatile_value_in("Today is 2026-01-30.", "Today is unknown"), Volatile::none);
}

TEST(TextChange, LongTextsOfDigitsTakeNoTime) {
  const std::string digits(1 << 20, '7');
  EXPECT_EQ(volatile_value_in(digits + "1", digits + "2"), Volatile::none);
}

}  // namespace strobe::analyze
