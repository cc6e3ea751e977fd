#include "query/usage_checks.h"

#include <gtest/gtest.h>

namespace strobe::query {
namespace {

using Rule = ContradictionRule;

SpanView call(uint8_t number, int32_t parent, const ReportedUsage& told, const Usage& usage) {
  SpanView view;
  view.span.facts.span_id.bytes.back() = number;
  view.span.facts.kind = Kind::llm;
  view.span.facts.has_usage = true;
  view.span.facts.usage = usage;
  view.span.facts.usage_rule = "x_inclusive";
  view.span.reported = told;
  view.parent = parent;
  view.counted = true;
  view.is_llm_call = true;
  return view;
}

SpanView sum(uint8_t number, int32_t parent, const ReportedUsage& told, const Usage& usage) {
  SpanView view = call(number, parent, told, usage);
  view.span.facts.kind = Kind::agent;
  view.span.facts.is_rollup = true;
  view.counted = view.is_llm_call = false;
  return view;
}

std::vector<Rule> rules_of(std::vector<SpanView> spans) {
  SessionView view;
  view.spans = std::move(spans);
  for (size_t i = 0; i < view.spans.size(); ++i) {
    if (view.spans[i].parent >= 0) view.spans[view.spans[i].parent].children.push_back(static_cast<int32_t>(i));
  }
  std::vector<Rule> rules;
  for (const Contradiction& found : contradictions_of(view)) rules.push_back(found.rule);
  return rules;
}

constexpr std::vector<Rule> k_none;

TEST(UsageChecks, NumbersThatAddUpAreNoContradiction) {
  const ReportedUsage told{.input = 100, .output = 30, .total = 130, .cache_read = 80, .reasoning = 10};
  const Usage usage{.input = 20, .cache_read = 80, .output = 20, .reasoning = 10};
  EXPECT_EQ(rules_of({call(1, -1, told, usage)}), k_none);
  // Exclusive, and a total that leaves the cache out.
  SpanView exclusive = call(1, -1, {.input = 20, .output = 30, .total = 50, .cache_read = 80},
                            {.input = 20, .cache_read = 80, .output = 30});
  exclusive.span.facts.usage_rule = "x_exclusive";
  EXPECT_EQ(rules_of({exclusive}), k_none);
  EXPECT_EQ(rules_of({}), k_none);
}

TEST(UsageChecks, ATotalThatIsNoSumIsOne) {
  EXPECT_EQ(rules_of({call(1, -1, {.input = 100, .output = 30, .total = 140}, {.input = 100, .output = 30})}),
            std::vector{Rule::total_differs});
}

TEST(UsageChecks, MoreCacheThanInputIsOneUnlessTheInputLeavesItOut) {
  SpanView view = call(1, -1, {.input = 5, .output = 1, .cache_read = 80}, {.input = 5, .cache_read = 80, .output = 1});
  view.span.facts.usage_rule = "x_exclusive";
  EXPECT_EQ(rules_of({view}), k_none);
  view.span.reported.is_input_overruled = true;
  EXPECT_EQ(rules_of({view}), std::vector{Rule::cache_exceeds_input});
  view.span.reported.is_input_overruled = false;
  view.span.facts.usage_rule = "x_inclusive_suspect";
  EXPECT_EQ(rules_of({view}), std::vector{Rule::cache_exceeds_input}) << "said once, not as clamped too";
}

TEST(UsageChecks, MoreReasoningThanOutputIsOneUnlessItIsToldApart) {
  SpanView view = call(1, -1, {.input = 5, .output = 1, .reasoning = 8}, {.input = 5, .output = 1, .reasoning = 8});
  view.span.facts.usage_rule = "gemini_inclusive_reasoning_apart";
  EXPECT_EQ(rules_of({view}), k_none);
  view.span.reported.is_output_overruled = true;
  EXPECT_EQ(rules_of({view}), std::vector{Rule::reasoning_exceeds_output});
}

TEST(UsageChecks, ClampedNumbersAreOne) {
  SpanView view = call(1, -1, {.input = -5, .output = 1}, {.output = 1});
  view.span.facts.usage_rule = "x_inclusive_suspect";
  EXPECT_EQ(rules_of({view}), std::vector{Rule::clamped});
}

TEST(UsageChecks, TwoRecordingsAreOneAndOtherNumbersInThemAnother) {
  SpanView loser = call(1, -1, {.input = 10}, {.input = 10});
  const SpanView speaker = call(2, 0, {.input = 10}, {.input = 10});
  loser.counted = loser.is_llm_call = false;
  loser.duplicate_of = speaker.span.facts.span_id;
  loser.duplicate_how = SameCall::nested;
  EXPECT_EQ(rules_of({loser, speaker}), std::vector{Rule::recorded_twice});
  loser.span.facts.usage.input = 11;
  EXPECT_EQ(rules_of({loser, speaker}), std::vector{Rule::recordings_differ});
  loser.span.facts.has_usage = false;
  EXPECT_EQ(rules_of({loser, speaker}), k_none) << "it tells no tokens";
}

TEST(UsageChecks, ASumThatDiffersFromItsCallsIsOne) {
  const ReportedUsage told{.input = 30, .output = 3};
  EXPECT_EQ(rules_of({sum(1, -1, told, {.input = 30, .output = 3}), call(2, 0, {}, {.input = 10, .output = 1}),
                      call(3, 0, {}, {.input = 20, .output = 2})}),
            k_none);
  EXPECT_EQ(rules_of({sum(1, -1, told, {.input = 31, .output = 3}), call(2, 0, {}, {.input = 10, .output = 1}),
                      call(3, 0, {}, {.input = 20, .output = 2})}),
            std::vector{Rule::rollup_differs});
  EXPECT_EQ(rules_of({sum(1, -1, {.input = 30}, {.input = 30}), call(2, 0, {}, {.input = 30, .output = 1})}), k_none)
      << "it says nothing of output";
}

TEST(UsageChecks, ASumOfCallsThatOthersCountIsComparedWithItsOwn) {
  SpanView twin = call(2, 0, {}, {.input = 30});
  twin.counted = twin.is_llm_call = false;
  twin.duplicate_how = SameCall::equal_usage;
  const SpanView speaker = call(3, -1, {}, {.input = 30});
  twin.duplicate_of = speaker.span.facts.span_id;
  EXPECT_EQ(rules_of({sum(1, -1, {.input = 30}, {.input = 30}), twin, speaker}), std::vector{Rule::recorded_twice});
}

TEST(UsageChecks, ALifetimesSumIsOnlyOneWhereNoCallTellsMore) {
  SpanView life = sum(1, -1, {.input = 90}, {.input = 90});
  life.span.facts.has_usage = false;
  EXPECT_EQ(rules_of({life, call(2, 0, {}, {.input = 30})}), k_none) << "earlier invocations are in it";
  EXPECT_EQ(rules_of({life}), std::vector{Rule::accumulated_rollup});
}

}  // namespace
}  // namespace strobe::query
