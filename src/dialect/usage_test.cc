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

Got counted(const ReportedUsage& source, const UsageAlgebra& algebra) {
  NormalSpan span;
  set_usage(span, source, algebra);
  const SpanFacts& facts = span.facts;
  return facts.has_usage ? Got{shown(facts.usage), facts.usage_rule} : Got{"none", ""};
}

constexpr UsageAlgebra k_inclusive{.name = "x"};
constexpr UsageAlgebra k_exclusive{.name = "x", .input_includes_cache = false};
constexpr UsageAlgebra k_strict{.name = "x", .input_includes_cache = true, .may_deviate = false};

ReportedUsage source(std::optional<int64_t> input, std::optional<int64_t> output, std::optional<int64_t> read = {},
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
  ReportedUsage total_alone;
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

TEST(Usage, ReasoningBesideTheOutput) {
  NormalSpan span;
  set_usage(span, {.input = 100, .output = 20, .reasoning = 7}, {.name = "x", .output_includes_reasoning = false});
  EXPECT_EQ(span.facts.usage.output, 20);
  EXPECT_EQ(span.facts.usage_rule, "x_inclusive_reasoning_apart");
  set_usage(span, {.input = 100, .output = 20, .total = 120, .reasoning = 7},
            {.name = "x", .output_includes_reasoning = false});
  EXPECT_EQ(span.facts.usage.output, 13) << "the total proves it";
  EXPECT_EQ(span.facts.usage_rule, "x_inclusive");
}

TEST(Usage, TimeToFirstTokenInEveryUnit) {
  const std::pair<const char*, double> in_seconds[] = {{"gen_ai.response.time_to_first_chunk", 0.5},
                                                       {"gen_ai.client.operation.time_to_first_chunk", 0.5},
                                                       {"github.copilot.time_to_first_chunk", 0.5},
                                                       {"lk.response.ttft", 0.5},
                                                       {"ai.response.msToFirstChunk", 500},
                                                       {"ai.stream.msToFirstChunk", 500},
                                                       {"ttft_ms", 500},
                                                       {"copilot_chat.time_to_first_token", 500},
                                                       {"gen_ai.server.time_to_first_token", 500}};
  for (const auto& [key, value] : in_seconds) {
    TestSpan span("chat");
    span.with("gen_ai.operation.name", "chat").with(key, value);
    EXPECT_EQ(span.normalised().facts.ttft, DurationNs{500'000'000}) << key;
  }
}

TEST(Usage, TheMomentOfTheFirstToken) {
  constexpr uint64_t k_noon = 1'769'774'400'000'000'000;  // 2026-01-30T12:00:00Z
  for (const char* text : {"2026-01-30T12:00:00.250Z", "\"2026-01-30T12:00:00.250000+00:00\"",
                           "\"\\\"2026-01-30T12:00:00.25Z\\\"\"", "\"2026-01-30T13:00:00.25+01:00\""}) {
    TestSpan span("chat");
    span.times(k_noon, k_noon + 1'000'000'000).with("gen_ai.operation.name", "chat");
    span.with("langfuse.observation.completion_start_time", text);
    EXPECT_EQ(span.normalised().facts.ttft, DurationNs{250'000'000}) << text;
  }
  for (const char* text : {"yesterday", "7d", "2026-01-30T11:00:00Z", "", "\""}) {
    TestSpan span("chat");
    span.times(k_noon, k_noon + 1'000'000'000).with("gen_ai.operation.name", "chat");
    span.with("langfuse.observation.completion_start_time", text);
    EXPECT_FALSE(span.normalised().facts.ttft.has_value()) << text;
  }
}

}  // namespace
}  // namespace strobe::dialect
