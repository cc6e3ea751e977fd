#include "base/whole_number.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace strobe {
namespace {

TEST(WholeNumber, FillsTheText) {
  EXPECT_EQ(whole_number<int64_t>("0"), 0);
  EXPECT_EQ(whole_number<int64_t>("007"), 7);
  EXPECT_EQ(whole_number<int64_t>("-12"), -12);
  for (const char* text : {"", "-", "+1", " 1", "1 ", "1.0", "1e3", "0x10", "1-2", "one"}) {
    EXPECT_FALSE(whole_number<int64_t>(text)) << "'" << text << "'";
  }
  EXPECT_FALSE(whole_number<int64_t>(std::string_view("1\0", 2)));
}

TEST(WholeNumber, IsOneThatTheTypeHolds) {
  EXPECT_EQ(whole_number<int64_t>("9223372036854775807"), INT64_MAX);
  EXPECT_EQ(whole_number<int64_t>("-9223372036854775808"), INT64_MIN);
  EXPECT_EQ(whole_number<uint64_t>("18446744073709551615"), UINT64_MAX);
  EXPECT_FALSE(whole_number<int64_t>("9223372036854775808"));
  EXPECT_FALSE(whole_number<uint16_t>("65536"));
  EXPECT_FALSE(whole_number<size_t>("-1"));
}

TEST(WholeNumber, LimitsAreAllowedThemselves) {
  EXPECT_EQ(whole_number<int32_t>("1", 1, 3), 1);
  EXPECT_EQ(whole_number<int32_t>("3", 1, 3), 3);
  EXPECT_FALSE(whole_number<int32_t>("0", 1, 3));
  EXPECT_FALSE(whole_number<int32_t>("4", 1, 3));
}

}  // namespace
}  // namespace strobe
