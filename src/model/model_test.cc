#include <gtest/gtest.h>

#include <limits>

#include "model/cost.h"
#include "model/kind.h"
#include "model/raw.h"
#include "model/span.h"

namespace strobe {
namespace {

TEST(KindTest, NamesBothWays) {
  for (int i = 0; i <= static_cast<int>(Kind::run); ++i) {
    const auto kind = static_cast<Kind>(i);
    EXPECT_EQ(kind_of(name_of(kind)), kind);
  }
  EXPECT_FALSE(kind_of("nonsense"));
}

TEST(SessionStatusTest, ASessionThatRunsOrFellSilentHasNotEnded) {
  using enum SessionStatus;
  for (const SessionStatus status : {ok, error, cancelled}) EXPECT_TRUE(has_ended(status)) << name_of(status);
  for (const SessionStatus status : {running, unknown}) EXPECT_FALSE(has_ended(status)) << name_of(status);
}

TEST(ValueTest, IdenticalIsBitwise) {
  EXPECT_TRUE(identical(Value::of_float64(std::numeric_limits<double>::quiet_NaN()),
                        Value::of_float64(std::numeric_limits<double>::quiet_NaN())));
  EXPECT_FALSE(identical(Value::of_float64(0.0), Value::of_float64(-0.0)));
  EXPECT_FALSE(identical(Value::of_string("a"), Value::of_bytes("a")));
  const Value items[] = {Value::of_int64(1), Value()};
  EXPECT_TRUE(identical(Value::of_array(items), Value::of_array(items)));
}

TEST(ValueTest, TheLastOfDuplicateKeysWins) {
  const KeyValue attributes[] = {{"a", Value::of_int64(1)}, {"a", Value::of_int64(2)}};
  EXPECT_EQ(find_attribute(attributes, "a")->int64, 2);
  EXPECT_EQ(find_attribute(attributes, "b"), nullptr);
}

TEST(UsageTest, SumsSaturate) {
  Usage usage{.input = std::numeric_limits<int64_t>::max(), .cache_read = 1};
  EXPECT_EQ(usage.total_input(), std::numeric_limits<int64_t>::max());
  usage += Usage{.input = 1};
  EXPECT_EQ(usage.input, std::numeric_limits<int64_t>::max());
}

TEST(SpanFactsTest, ASpanThatEndsBeforeItStartsHasNoDuration) {
  SpanFacts facts;
  facts.start = {10};
  EXPECT_EQ(facts.duration().ns, 0);
  facts.end = {25};
  EXPECT_EQ(facts.duration().ns, 15);
}

TEST(CostSumTest, TheLabelIsThatOfTheWeakestPart) {
  CostSum sum;
  EXPECT_EQ(sum.kind(), CostKind::unpriced);
  sum.add(CostKind::reported, 5);
  EXPECT_EQ(sum.kind(), CostKind::reported);
  sum.add(CostKind::computed, 7);
  EXPECT_EQ(sum.kind(), CostKind::computed);
  CostSum other;
  other.add(CostKind::unpriced, 0);
  EXPECT_EQ(other.kind(), CostKind::unpriced);
  sum += other;
  EXPECT_EQ(sum.kind(), CostKind::partial);
  EXPECT_EQ(sum, (CostSum{.pico_usd = 12, .reported = 1, .computed = 1, .unpriced = 1}));
  CostSum partial;
  partial.add(CostKind::partial, 1);
  EXPECT_EQ(partial.kind(), CostKind::partial);
  partial.add(CostKind::reported, std::numeric_limits<int64_t>::max());
  EXPECT_EQ(partial.pico_usd, std::numeric_limits<int64_t>::max());
}

}  // namespace
}  // namespace strobe
