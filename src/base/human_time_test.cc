#include "base/human_time.h"

#include <gtest/gtest.h>

#include <limits>

namespace strobe {
namespace {

constexpr int64_t k_s = 1'000'000'000;
// 2026-01-30 12:34:56.789 UTC
constexpr TimeNs k_now{1'769'776'496'789'000'000};

int64_t seconds(std::string_view text) {
  const auto time = parse_time(text, k_now);
  if (!time) {
    ADD_FAILURE() << time.error().message;
    return -1;
  }
  EXPECT_EQ(time->ns % k_s, 0) << text;
  return time->ns / k_s;
}

TEST(HumanTime, ReadsDatesAndTimesOfDayInUtc) {
  EXPECT_EQ(seconds("1970-01-01"), 0);
  EXPECT_EQ(seconds("2026-01-30"), 1'769'731'200);
  EXPECT_EQ(seconds("2026-01-30 12:00"), 1'769'774'400);
  EXPECT_EQ(seconds("2026-01-30 12:00:30"), 1'769'774'430);
  EXPECT_EQ(seconds("2024-02-29"), 1'709'164'800);
  EXPECT_EQ(seconds("1969-12-31"), -86'400);
  EXPECT_EQ(seconds("1700-03-01"), -8'515'238'400);
  EXPECT_EQ(seconds(" 2026-01-30 "), 1'769'731'200);
}

TEST(HumanTime, ReadsZonesAndFractions) {
  EXPECT_EQ(seconds("2026-01-30T12:00:00Z"), 1'769'774'400);
  EXPECT_EQ(seconds("2026-01-30T12:00:00+02:00"), 1'769'774'400 - 7200);
  EXPECT_EQ(seconds("2026-01-30t12:00:00-0530"), 1'769'774'400 + 19'800);
  EXPECT_EQ(seconds("2016-12-31T23:59:60Z"), 1'483'228'800);
  EXPECT_EQ(parse_time("1970-01-01T00:00:01.25Z", k_now)->ns, 1'250'000'000);
  EXPECT_EQ(parse_time("1970-01-01T00:00:00.0000000019Z", k_now)->ns, 1);
  EXPECT_EQ(parse_time("1970-01-01T00:00:00.123456789999999999999999Z", k_now)->ns, 123'456'789);
}

TEST(HumanTime, ReadsWordsAgesAndUnixSeconds) {
  EXPECT_EQ(parse_time("now", k_now)->ns, k_now.ns);
  EXPECT_EQ(seconds("today"), 1'769'731'200);
  EXPECT_EQ(seconds("yesterday"), 1'769'644'800);
  EXPECT_EQ(parse_time("7d", k_now)->ns, k_now.ns - 7 * 86'400 * k_s);
  EXPECT_EQ(parse_time("7d ago", k_now)->ns, k_now.ns - 7 * 86'400 * k_s);
  EXPECT_EQ(parse_time("2h30m", k_now)->ns, k_now.ns - 9000 * k_s);
  EXPECT_EQ(seconds("@1700000000"), 1'700'000'000);
  EXPECT_EQ(seconds("@-5"), -5);
  EXPECT_EQ(parse_time("@1.5", k_now)->ns, 1'500'000'000);
}

TEST(HumanTime, RefusesWhatItDoesNotUnderstandAndSaysWhatItWould) {
  for (const char* text : {"",
                           "soon",
                           "2026",
                           "2026-13-01",
                           "2026-02-30",
                           "2025-02-29",
                           "2026-1-3",
                           "2026-01-30T25:00",
                           "2026-01-30 12",
                           "2026-01-30 12:60",
                           "2026-01-30T12:00:00+25:00",
                           "2026-01-30T12:00:00 UTC",
                           "2026-01-30x",
                           "7",
                           "d",
                           "7y",
                           "-7d",
                           "7d ago ago",
                           "@",
                           "@x",
                           "@1.",
                           "@99999999999",
                           "99999999999999999999d",
                           "9999-01-01",
                           "0001-01-01",
                           "7 d",
                           "1mo"}) {
    const auto time = parse_time(text, k_now);
    ASSERT_FALSE(time) << text << " gave " << time->ns;
    EXPECT_EQ(time.error().code, ErrorCode::invalid);
    EXPECT_NE(time.error().message.find(text), std::string::npos);
    EXPECT_NE(time.error().hint.find("yesterday"), std::string::npos);
  }
}

TEST(HumanTime, ReadsDurations) {
  EXPECT_EQ(parse_duration("7d")->ns, 7 * 86'400 * k_s);
  EXPECT_EQ(parse_duration("3w")->ns, 21 * 86'400 * k_s);
  EXPECT_EQ(parse_duration("90m")->ns, 5400 * k_s);
  EXPECT_EQ(parse_duration("1h2m3s4ms5us6ns")->ns, 3723 * k_s + 4'005'006);
  EXPECT_EQ(parse_duration("1.5h")->ns, 5400 * k_s);
  EXPECT_EQ(parse_duration("0s")->ns, 0);
  for (const char* text : {"", "5", "h", "1..5h", "1.h", "-1s", "1 h", "1H", "200000w", "9223372036854775807s", "290y",
                           "106751d106751d"}) {
    EXPECT_FALSE(parse_duration(text)) << text;
  }
  EXPECT_NE(parse_duration("x").error().hint.find("7d"), std::string::npos);
}

TEST(HumanTime, HugeNumbersSaturateInsteadOfOverflowing) {
  constexpr int64_t k_min = std::numeric_limits<int64_t>::min();
  EXPECT_EQ(parse_time("7d", TimeNs{k_min + 5})->ns, k_min);
  EXPECT_EQ(start_of_day(TimeNs{k_min}).ns, k_min);
  EXPECT_TRUE(parse_time("yesterday", TimeNs{k_min}));
  EXPECT_EQ(name_of_day(day_of(TimeNs{k_min})), "1677-09-21");
  EXPECT_EQ(name_of_day(day_of(TimeNs{std::numeric_limits<int64_t>::max()})), "2262-04-11");
}

TEST(HumanTime, EveryDayOfSixCenturiesHasItsNameAndComesBack) {
  const int64_t last = day_of(TimeNs{std::numeric_limits<int64_t>::max()}) - 1;
  std::string before;
  for (int64_t day = -106'000; day <= last; ++day) {
    const std::string name = name_of_day(day);
    ASSERT_LT(before, name);
    const auto time = parse_time(name, k_now);
    ASSERT_TRUE(time) << name;
    ASSERT_EQ(day_of(*time), day) << name;
    before = name;
  }
}

}  // namespace
}  // namespace strobe
