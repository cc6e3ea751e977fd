#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <map>

#include "base/arena.h"
#include "base/assert.h"
#include "base/bounded_queue.h"
#include "base/bytes.h"
#include "base/file.h"
#include "base/ids.h"
#include "base/one_of.h"
#include "base/result.h"
#include "base/saturated.h"
#include "base/time.h"

namespace strobe {
namespace {

Result<int> half(int value) {
  if (value % 2 != 0) return fail(ErrorCode::invalid, "odd");
  return value / 2;
}

Result<int> quarter(int value) {
  const int once = TRY(half(value));
  return half(once);
}

TEST(ResultTest, TryPassesErrorsUp) {
  EXPECT_EQ(*quarter(8), 2);
  const auto failed = quarter(6);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().message, "odd");
  EXPECT_EQ(Error({ErrorCode::io, "b"}).with_context("a").message, "a: b");
}

TEST(IdsTest, HexBothWays) {
  const auto id = SpanId::from_hex("00F067aa0ba902b7");
  ASSERT_TRUE(id);
  EXPECT_EQ(id->hex(), "00f067aa0ba902b7");
  EXPECT_FALSE(SpanId::from_hex("00f067aa0ba902b"));
  EXPECT_FALSE(SpanId::from_hex("00f067aa0ba902bg"));
  EXPECT_FALSE(SpanId::from_bytes("short"));
  EXPECT_TRUE(SpanId{}.is_zero());
}

TEST(TimeTest, UnsignedTimesAreClampedAndDifferencesSaturate) {
  EXPECT_EQ(TimeNs::from_unsigned(std::numeric_limits<uint64_t>::max()).ns, std::numeric_limits<int64_t>::max());
  EXPECT_EQ((TimeNs{std::numeric_limits<int64_t>::max()} - TimeNs{-1}).ns, std::numeric_limits<int64_t>::max());
}

TEST(BytesTest, RoundTripAndShortInput) {
  std::string out;
  ByteWriter writer(out);
  writer.varint(std::numeric_limits<uint64_t>::max());
  writer.signed_varint(std::numeric_limits<int64_t>::min());
  writer.float64(-0.0);
  writer.bytes("abc");
  ByteReader reader(out);
  EXPECT_EQ(reader.varint(), std::numeric_limits<uint64_t>::max());
  EXPECT_EQ(reader.signed_varint(), std::numeric_limits<int64_t>::min());
  EXPECT_TRUE(std::signbit(reader.float64()));
  EXPECT_EQ(reader.bytes(), "abc");
  EXPECT_TRUE(reader.ok() && reader.at_end());
  for (size_t cut = 0; cut < out.size(); ++cut) {
    ByteReader shortened(std::string_view(out).substr(0, cut));
    shortened.varint();
    shortened.signed_varint();
    shortened.float64();
    shortened.bytes();
    EXPECT_FALSE(shortened.ok()) << cut;
  }
}

TEST(FileTest, WritesWholeFilesAndNamesTheReason) {
  const auto directory = std::filesystem::temp_directory_path() / ("strobe_base_" + std::to_string(::getpid()));
  std::filesystem::create_directory(directory);
  const std::string path = directory / "a";
  ASSERT_TRUE(write_file(path, "hello"));
  EXPECT_EQ(*read_file(path), "hello");
  EXPECT_EQ(read_file(path, 3).error().code, ErrorCode::too_large);
  EXPECT_EQ(read_file(directory / "none").error().code, ErrorCode::not_found);
  std::filesystem::remove_all(directory);
}

TEST(QueueTest, RefusesWhenFullAndTakesAHeavyItemWhenEmpty) {
  RefusingQueue<int> queue(10);
  int item = 1;
  EXPECT_TRUE(queue.try_push(item, 100));
  item = 2;
  EXPECT_FALSE(queue.try_push(item, 1));
  EXPECT_EQ(queue.refused(), 1u);
  constexpr std::chrono::milliseconds k_at_once{0};
  EXPECT_EQ(queue.take(8, 1000, k_at_once).size(), 1u);
  EXPECT_FALSE(queue.try_push(item, 1)) << "what was taken counts while it is worked on";
  EXPECT_TRUE(queue.take(8, 1000, k_at_once).empty());
  for (item = 0; item < 3; ++item) {
    int copy = item;
    EXPECT_TRUE(queue.try_push(copy, 1));
  }
  EXPECT_EQ(queue.take(2, 1000), (std::vector{0, 1}));
  queue.close();
  EXPECT_FALSE(queue.try_push(item, 1));
  EXPECT_EQ(queue.take(8, 1000), std::vector{2});
  EXPECT_TRUE(queue.take(8, 1000).empty());
}

// Sources that keep pushing items of weight 10 until they are refused, and one that pushes now and then.
struct Contest {
  RefusingQueue<uint64_t> queue{1000};
  std::map<uint64_t, int> acknowledged, refused;

  void push(uint64_t source, int count, size_t weight = 10) {
    for (int i = 0; i < count; ++i) {
      uint64_t item = source;
      if (!queue.try_push(item, weight, source)) ++refused[source];
    }
  }
  void take(size_t weight_max) {
    for (const uint64_t source : queue.take(1000, weight_max, std::chrono::milliseconds(0))) ++acknowledged[source];
  }
};

TEST(QueueTest, AModestSourceBesideAGreedyOneGetsAllItAsksForUpToItsShare) {
  Contest contest;
  for (int round = 0; round < 1000; ++round) {
    contest.push(1, 200);
    contest.push(2, 4);
    contest.take(100);  // ten items: five are its share
  }
  EXPECT_EQ(contest.refused[2], 0);
  EXPECT_GE(contest.acknowledged[2], 4 * 999);
  EXPECT_GE(contest.acknowledged[1], 5'900) << "what it leaves the other one has";
}

TEST(QueueTest, GreedySourcesShareAlikeByWeightNotByCount) {
  Contest contest;
  for (int round = 0; round < 3000; ++round) {
    for (const uint64_t source : {1, 2, 3}) contest.push(source, 100);
    contest.push(4, 100, 40);  // heavier items
    contest.push(5, 1);        // and one that waits for each answer
    contest.take(100);
  }
  for (const uint64_t source : {1, 2, 3}) EXPECT_NEAR(contest.acknowledged[source], 6'000, 300) << source;
  EXPECT_NEAR(contest.acknowledged[4] * 4, 6'000, 300);
  EXPECT_GE(contest.acknowledged[5], 2'990);
}

TEST(QueueTest, ACrowdLeavesRoomForWhoBringsLess) {
  Contest contest;
  for (uint64_t source = 1; source <= 100; ++source) contest.push(source, 1, 64);
  EXPECT_GT(contest.refused.size(), 50u);
  contest.push(1000, 6, 8);
  EXPECT_EQ(contest.refused[1000], 0);
  EXPECT_LE(contest.queue.weight(), 1000u + 64u) << "one stands beside";
}

TEST(QueueTest, AHeavyItemPassesWhileGreedySourcesKeepTheQueueFull) {
  Contest contest;
  int heavy_accepted_after = 0;
  for (int round = 0; round < 200 && contest.acknowledged[9] == 0; ++round) {
    for (const uint64_t source : {1, 2, 3, 4, 5, 6, 7, 8}) contest.push(source, 100);
    if (contest.queue.room(9) >= 5000) contest.push(9, 1, 5000);
    contest.take(100);
    heavy_accepted_after = round;
  }
  EXPECT_EQ(contest.acknowledged[9], 1);
  EXPECT_LE(heavy_accepted_after, 20);
}

TEST(SaturatedTest, SumsStayAtTheEndsOfTheRange) {
  EXPECT_EQ(add_saturated(2, 3), 5);
  EXPECT_EQ(add_saturated(INT64_MAX, 1), INT64_MAX);
  EXPECT_EQ(add_saturated(INT64_MIN, -1), INT64_MIN);
  EXPECT_EQ(add_saturated(INT64_MAX, INT64_MIN), -1);
}

TEST(OneOfTest, TheLastWordStandsBehindAnOr) {
  const std::vector<std::string_view> words = {"a", "b", "c"};
  EXPECT_EQ(one_of(words), "a, b or c");
  EXPECT_EQ(one_of(std::span(words).first(2)), "a or b");
  EXPECT_EQ(one_of(std::span(words).first(1)), "a");
  EXPECT_EQ(one_of({}), "");
}

TEST(AssertTest, NamesThePlace) { EXPECT_DEATH(STROBE_ASSERT(1 == 2), "base_test.cc:.*1 == 2"); }

}  // namespace
}  // namespace strobe
