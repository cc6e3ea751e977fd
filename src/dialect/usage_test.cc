#include "dialect/usage.h"

#include <gtest/gtest.h>

#include <limits>

#include "dialect/span_test_util.h"

namespace strobe::dialect {
namespace {

struct Got {
  std::string usage;
  std::string rule;
  bool operator==(const Got&) const = default;
};
std::ostream& operator<<(std::ostream& out, const Got& got) { return out << got.usage << " " << got.rule; }

Got counted(const UsageSource& source, const UsageAlgebra& algebra) {
  SpanFacts facts;
  set_usage(facts, source, algebra);
  return facts.has_usage ? Got{shown(facts.usage), facts.usage_rule} : Got{"none", ""};
}

constexpr UsageAlgebra k_inclusive{.name = "x"};
constexpr UsageAlgebra k_exclusive{.name = "x", .input_includes_cache = false};
constexpr UsageAlgebra k_strict{.name = "x", .input_includes_cache = true, .may_deviate = false};

UsageSource source(std::optional<int64_t> input, std::optional<int64_t> output, std::optional<int64_t> read = {},
                   std::optional<int64_t> write = {}, std::optional<int64_t> reasoning = {},
                   std::optional<int64_t> total = {}) {
  return {input, output, total, read, write, reasoning};
}

TEST(Usage, BucketsAreDisjoint) {
  EXPECT_EQ(counted(source(100, 50, 60, 10, 20), k_inclusive), (Got{"30/60/10/30/20", "x_inclusive"}));
  EXPECT_EQ(counted(source(30, 50, 60, 10, 20), k_exclusive), (Got{"30/60/10/30/20", "x_exclusive"}));
}

TEST(Usage, NoNumbersIsNoUsage) {
  EXPECT_EQ(counted({}, k_inclusive), (Got{"none", ""}));
  UsageSource total_alone;
  total_alone.total = 5;
  EXPECT_EQ(counted(total_alone, k_inclusive), (Got{"none", ""}));
}

TEST(Usage, MoreCacheThanInputProvesExclusive) {
  EXPECT_EQ(counted(source(5, 7, 1000), k_inclusive), (Got{"5/1000/0/7/0", "x_exclusive"}));
}

TEST(Usage, TotalProvesExclusive) {
  EXPECT_EQ(counted(source(100, 7, 90, 0, 0, 197), k_inclusive), (Got{"100/90/0/7/0", "x_exclusive"}));
  EXPECT_EQ(counted(source(100, 7, 90, 0, 0, 107), k_inclusive), (Got{"10/90/0/7/0", "x_inclusive"}));
}

TEST(Usage, ReasoningApart) {
  EXPECT_EQ(counted(source(10, 5, {}, {}, 20), k_inclusive), (Got{"10/0/0/5/20", "x_inclusive_reasoning_apart"}));
  EXPECT_EQ(counted(source(10, 5, {}, {}, 3, 18), k_inclusive), (Got{"10/0/0/5/3", "x_inclusive_reasoning_apart"}));
  EXPECT_EQ(counted(source(10, 5, {}, {}, 3, 15), k_inclusive), (Got{"10/0/0/2/3", "x_inclusive"}));
}

TEST(Usage, NeverNegative) {
  EXPECT_EQ(counted(source(5, 5, 10, {}, 9), k_strict), (Got{"0/10/0/0/9", "x_inclusive_suspect"}));
  EXPECT_EQ(counted(source(-5, -1), k_inclusive), (Got{"0/0/0/0/0", "x_inclusive_suspect"}));
}

TEST(Usage, HugeNumbersAreClamped) {
  constexpr int64_t k_max = std::numeric_limits<int64_t>::max();
  constexpr int64_t k_min = std::numeric_limits<int64_t>::min();
  const auto got = counted(source(k_max, k_max, k_max, k_max, k_max, k_max), k_inclusive);
  EXPECT_TRUE(got.rule.ends_with("_suspect")) << got;
  EXPECT_TRUE(counted(source(k_min, k_min, k_min, k_min, k_min, k_min), k_inclusive).rule.ends_with("_suspect"));
}

TEST(Usage, InputFromTotal) {
  EXPECT_EQ(counted(source({}, 5, {}, {}, {}, 12), k_inclusive), (Got{"7/0/0/5/0", "x_inclusive"}));
}

}  // namespace
}  // namespace strobe::dialect
