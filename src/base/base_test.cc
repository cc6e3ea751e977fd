#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <limits>

#include "base/arena.h"
#include "base/assert.h"
#include "base/bounded_queue.h"
#include "base/bytes.h"
#include "base/file.h"
#include "base/ids.h"
#include "base/result.h"
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
  EXPECT_EQ(queue.take(8, 1000).size(), 1u);
  for (item = 0; item < 3; ++item) {
    int copy = item;
    EXPECT_TRUE(queue.try_push(copy, 3));
  }
  EXPECT_EQ(queue.take(2, 1000).size(), 2u);
  queue.close();
  EXPECT_FALSE(queue.try_push(item, 1));
  EXPECT_EQ(queue.take(8, 1000).size(), 1u);
  EXPECT_TRUE(queue.take(8, 1000).empty());
}

TEST(AssertTest, NamesThePlace) { EXPECT_DEATH(STROBE_ASSERT(1 == 2), "base_test.cc:.*1 == 2"); }

}  // namespace
}  // namespace strobe
