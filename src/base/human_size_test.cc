#include "base/human_size.h"

#include <gtest/gtest.h>

namespace strobe {
namespace {

TEST(HumanSize, TakesWhatPeopleType) {
  EXPECT_EQ(parse_size("4096").value(), 4096);
  EXPECT_EQ(parse_size("0").value(), 0);
  EXPECT_EQ(parse_size("500MB").value(), 500'000'000);
  EXPECT_EQ(parse_size("500 mb").value(), 500'000'000);
  EXPECT_EQ(parse_size("1.5GB").value(), 1'500'000'000);
  EXPECT_EQ(parse_size("2g").value(), 2'000'000'000);
  EXPECT_EQ(parse_size("2GiB").value(), int64_t{2} << 30);
  EXPECT_EQ(parse_size("1TiB").value(), int64_t{1} << 40);
}

TEST(HumanSize, RefusesTheRest) {
  for (const char* text :
       {"", "GB", "-1", "1 XB", "1e30", "nan", "inf", "12 MB please", "9999999TB", "1,5GB", "0x10"}) {
    const auto size = parse_size(text);
    EXPECT_FALSE(size) << text;
    if (!size) {
      EXPECT_EQ(size.error().code, ErrorCode::invalid) << text;
    }
  }
}

}  // namespace
}  // namespace strobe
