#include "derive/derive.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "derive/test_util.h"

namespace strobe::derive {
namespace {

// An agent with two calls and a tool each.
std::vector<SpanFacts> small_agent() {
  std::vector<SpanFacts> spans = {make_span(1, 0, Kind::agent, 0, 100), make_call(2, 1, 1, 10, 100),
                                  make_span(3, 1, Kind::tool, 11, 20), make_call(4, 1, 21, 30, 200),
                                  make_span(5, 1, Kind::tool, 31, 40)};
  spans[0].is_rollup = true;
  spans[0].has_usage = true;
  spans[0].usage.input = 300;
  return spans;
}

TEST(DeriveTest, LeavesAreCountedAndRollUpsAreNot) {
  const auto derived = derive_trace(small_agent());
  ASSERT_EQ(derived.parts.size(), 1u);
  EXPECT_EQ(derived.parts[0].usage.input, 300);
  EXPECT_EQ(derived.parts[0].llm_calls, 2);
  EXPECT_EQ(derived.parts[0].tool_calls, 2);
  EXPECT_EQ(derived.parts[0].steps, 2);
  EXPECT_FALSE(derived.places[0].counted);
}

TEST(DeriveTest, TheTaskIsToldByTheEarliestCallThatSaysWhatItSawElseByTheAgent) {
  auto spans = small_agent();
  EXPECT_EQ(derive_trace(spans).task_spans, std::vector{0});
  spans[3].input_context.emplace();
  EXPECT_EQ(derive_trace(spans).task_spans, std::vector{3});
  EXPECT_EQ(derive_trace(std::vector{make_span(1, 0, Kind::tool, 0, 9)}).task_spans, std::vector{-1});
}

TEST(DeriveTest, ARollUpCountsWhenNothingBelowDoes) {
  auto spans = small_agent();
  spans[1].has_usage = spans[3].has_usage = false;
  spans[1].usage = spans[3].usage = {};
  const auto derived = derive_trace(spans);
  EXPECT_TRUE(derived.places[0].counted);
  EXPECT_EQ(derived.parts[0].usage.input, 300);
}

TEST(DeriveTest, OfRollUpsInsideEachOtherTheOneThatKnowsMoreCounts) {
  const auto sum = [](uint8_t n, uint8_t parent, int64_t input) {
    SpanFacts span = make_call(n, parent, n, 100 - n, input);
    span.kind = Kind::agent;
    span.is_rollup = true;
    return span;
  };
  // An agent, two agents that it asked, and a call that tells nothing.
  std::vector<SpanFacts> spans = {sum(1, 0, 70), sum(2, 1, 20), sum(3, 1, 30), make_span(4, 3, Kind::llm, 5, 9)};
  EXPECT_EQ(derive_trace(spans).parts[0].usage.input, 70);
  EXPECT_FALSE(derive_trace(spans).places[1].counted);
  spans[0].usage.input = 10;  // its own calls only
  EXPECT_EQ(derive_trace(spans).parts[0].usage.input, 50);
  EXPECT_FALSE(derive_trace(spans).places[0].counted);
  spans[3].has_usage = true;
  spans[3].usage.input = 5;
  EXPECT_EQ(derive_trace(spans).parts[0].usage.input, 25) << "the second agent's call tells it itself";
}

TEST(DeriveTest, TwoRecordingsOfOneCallAreOneCall) {
  std::vector<SpanFacts> spans = {make_call(1, 0, 0, 10, 50), make_span(2, 1, Kind::span, 1, 9),
                                  make_call(3, 2, 2, 8, 50)};
  const auto derived = derive_trace(spans);
  EXPECT_EQ(derived.parts[0].llm_calls, 1);
  EXPECT_EQ(derived.parts[0].usage.input, 50);
  EXPECT_TRUE(derived.places[2].counted);
  EXPECT_FALSE(derived.places[0].counted);
}

TEST(DeriveTest, ACallBelowAToolOfAnotherCallIsItsOwn) {
  std::vector<SpanFacts> spans = {make_call(1, 0, 0, 10, 50), make_span(2, 1, Kind::tool, 1, 9),
                                  make_call(3, 2, 2, 8, 20)};
  const auto derived = derive_trace(spans);
  EXPECT_EQ(derived.parts[0].llm_calls, 2);
  EXPECT_EQ(derived.parts[0].usage.input, 70);
}

TEST(DeriveTest, ToolsBelongToTheCallThatAskedElseToTheLatestBefore) {
  auto spans = small_agent();
  spans[1].requested_tool_call_ids = {"a"};
  spans[4].tool_call_id = "a";  // asked for by the first call, run after the second
  const auto derived = derive_trace(spans);
  EXPECT_EQ(derived.places[2].step, 1);
  EXPECT_EQ(derived.places[4].step, 1);
  EXPECT_EQ(derived.places[3].step, 2);
  EXPECT_EQ(derived.places[0].step, 0);
}

TEST(DeriveTest, ErrorsAreCountedWhereTheyBegin) {
  auto spans = small_agent();
  spans[0].status = spans[2].status = SpanStatus::error;
  const auto derived = derive_trace(spans);
  EXPECT_EQ(derived.parts[0].errors, 1);
  EXPECT_EQ(derived.parts[0].root_status, SpanStatus::error);
}

TEST(DeriveTest, SessionsGoByNameThenRunThenOnlyKeyThenTrace) {
  auto spans = small_agent();
  const SessionId by_trace = derive_trace(spans).parts[0].session;
  spans[1].session_key = "chat-1";
  auto derived = derive_trace(spans);
  ASSERT_EQ(derived.parts.size(), 1u) << "the only key of the trace takes all its spans";
  EXPECT_EQ(derived.parts[0].key, "chat-1");
  EXPECT_NE(derived.parts[0].session, by_trace);
  for (auto& span : spans) span.run_id = "run";
  derived = derive_trace(spans);
  ASSERT_EQ(derived.parts.size(), 2u) << "the run's stamp comes before the only key";
  spans[0].session_key = "chat-1";
  derived = derive_trace(spans);
  ASSERT_EQ(derived.parts.size(), 1u) << "the nearest ancestor that names one comes first";
  auto other = spans;
  for (auto& span : other) span.session_namespace = "elsewhere";
  EXPECT_NE(derive_trace(other).parts[0].session, derived.parts[0].session) << "keys are scoped by namespace";
}

TEST(DeriveTest, ASubAgentsConversationOfItsOwnIsPartOfTheSession) {
  std::vector<SpanFacts> spans = {make_span(1, 0, Kind::span, 0, 100), make_span(2, 1, Kind::agent, 1, 90),
                                  make_tool(3, 2, 2, 80, "delegate"), make_span(4, 3, Kind::agent, 3, 70)};
  spans[0].session_key = "request";
  spans[1].session_key = "chat";
  spans[3].session_key = "fresh";
  const auto derived = derive_trace(spans);
  ASSERT_EQ(derived.parts.size(), 2u);
  EXPECT_EQ(derived.places[3].session, derived.places[1].session);
  EXPECT_NE(derived.places[0].session, derived.places[1].session) << "what is no agent does not keep its own";
}

TEST(DeriveTest, AnErrorThatAnAncestorRepeatsIsOneError) {
  std::vector<SpanFacts> spans = {make_span(1, 0, Kind::agent, 0, 100), make_span(2, 1, Kind::step, 1, 40),
                                  make_tool(3, 2, 2, 30, "t"), make_span(4, 1, Kind::step, 50, 100),
                                  make_call(5, 4, 51, 99, 5)};
  for (const size_t failed : {0u, 2u, 4u}) spans[failed].status = SpanStatus::error;
  EXPECT_EQ(derive_trace(spans).parts[0].errors, 2) << "the tool's and the call's, which the agent only repeats";
  spans[4].status = SpanStatus::ok;
  EXPECT_EQ(derive_trace(spans).parts[0].errors, 2) << "the tool's, which was overcome, and the agent's own";
}

TEST(DeriveTest, CyclesAreCutAtTheSmallestIdAndOrphansMarked) {
  std::vector<SpanFacts> spans = {make_span(7, 9, Kind::span, 0, 1), make_span(8, 7, Kind::span, 0, 1),
                                  make_span(9, 8, Kind::span, 0, 1), make_span(4, 4, Kind::span, 0, 1),
                                  make_span(5, 77, Kind::span, 0, 1)};
  const auto derived = derive_trace(spans);
  EXPECT_TRUE(derived.places[0].cycle_cut);
  EXPECT_EQ(derived.places[0].parent, -1);
  EXPECT_EQ(derived.places[1].parent, 0);
  EXPECT_TRUE(derived.places[3].cycle_cut) << "its own parent";
  EXPECT_TRUE(derived.places[4].parent_missing);
  EXPECT_EQ(derived.parts[0].spans, 5);
}

TEST(DeriveTest, AVeryDeepTraceIsNoProblem) {
  std::vector<SpanFacts> spans;
  for (uint32_t i = 1; i <= 100'000; ++i) {
    SpanFacts span = make_span(0, 0, Kind::span, i, i + 1);
    std::memcpy(span.span_id.bytes.data(), &i, sizeof i);
    const uint32_t parent = i - 1;
    std::memcpy(span.parent_span_id.bytes.data(), &parent, sizeof parent);
    spans.push_back(span);
  }
  EXPECT_EQ(derive_trace(spans).parts[0].spans, 100'000);
}

TEST(DeriveTest, OrderOfArrivalNeverMatters) {
  auto spans = small_agent();
  spans[1].requested_tool_call_ids = {"a"};
  spans[3].start = spans[1].start;  // ties
  spans[2].session_key = "x";
  spans[4].status = SpanStatus::error;
  const auto expected = derive_trace(spans);
  std::mt19937 random(7);
  for (int round = 0; round < 50; ++round) {
    std::vector<size_t> order = {0, 1, 2, 3, 4};
    std::shuffle(order.begin(), order.end(), random);
    std::vector<SpanFacts> shuffled;
    for (const size_t i : order) shuffled.push_back(spans[i]);
    const auto derived = derive_trace(shuffled);
    ASSERT_EQ(derived.parts.size(), expected.parts.size());
    for (size_t p = 0; p < derived.parts.size(); ++p) {
      EXPECT_EQ(derived.parts[p].session, expected.parts[p].session);
      EXPECT_EQ(derived.parts[p].usage, expected.parts[p].usage);
      EXPECT_EQ(derived.parts[p].errors, expected.parts[p].errors);
      EXPECT_EQ(derived.parts[p].root_status, expected.parts[p].root_status);
    }
    for (size_t i = 0; i < order.size(); ++i) {
      EXPECT_EQ(derived.places[i].step, expected.places[order[i]].step);
      EXPECT_EQ(derived.places[i].counted, expected.places[order[i]].counted);
      EXPECT_EQ(derived.places[i].session, expected.places[order[i]].session);
    }
  }
}

prices::PriceList prices_of_m() {
  return *prices::PriceList::parse(
      R"({"providers":[{"id":"p","models":[{"id":"m","match":{"equals":"m"},"prices":[{"input":1},)"
      R"({"from":"2026-01-01","input":[2,[150,4]]}]}]}]})");
}

void report_cost(SpanFacts& span, int64_t pico_usd) {
  span.cost_kind = CostKind::reported;
  span.cost_pico_usd = pico_usd;
}

constexpr int64_t k_2026_ns = 1'767'225'600'000'000'000;

TEST(DeriveCost, CountedCallsArePricedAtTheirOwnStartAndReportsStay) {
  auto spans = small_agent();
  for (auto& span : spans) span.provider = "p";
  spans[3].start = {k_2026_ns};  // 200 tokens: beyond the tier
  spans[3].end = {k_2026_ns + 1};
  auto derived = derive_trace(spans, prices_of_m());
  EXPECT_EQ(derived.places[1].cost_kind, CostKind::computed);
  EXPECT_EQ(derived.places[1].cost_pico_usd, 100 * 1'000'000);
  EXPECT_EQ(derived.places[3].cost_pico_usd, 200 * 4'000'000);
  EXPECT_EQ(derived.places[0].cost_kind, CostKind::unpriced) << "not counted, so not priced";
  EXPECT_EQ(derived.parts[0].cost, (CostSum{.pico_usd = 900'000'000, .computed = 2}));

  report_cost(spans[1], 7);
  spans[3].model = "unknown";
  derived = derive_trace(spans, prices_of_m());
  EXPECT_EQ(derived.parts[0].cost, (CostSum{.pico_usd = 7, .reported = 1, .unpriced = 1}));
  EXPECT_EQ(derived.parts[0].cost.kind(), CostKind::partial);
}

TEST(DeriveCost, ARollUpIsNoSingleRequest) {
  auto roll_up = make_call(1, 0, k_2026_ns, k_2026_ns + 9, 200);
  roll_up.provider = "p";
  roll_up.kind = Kind::agent;
  roll_up.is_rollup = true;
  const auto derived = derive_trace(std::vector{roll_up}, prices_of_m());
  EXPECT_EQ(derived.parts[0].cost, (CostSum{.pico_usd = 200 * 2'000'000, .partial = 1}));
}

TEST(DeriveCost, ALeafTakesWhatTheRecordingAroundItReports) {
  std::vector<SpanFacts> spans = {make_call(1, 0, 0, 10, 50), make_call(2, 1, 1, 9, 50), make_call(3, 2, 2, 8, 50)};
  for (auto& span : spans) span.provider = "p";
  report_cost(spans[0], 42);
  auto derived = derive_trace(spans, prices_of_m());
  EXPECT_EQ(derived.parts[0].cost, (CostSum{.pico_usd = 42, .reported = 1})) << "through two wrappers";
  EXPECT_EQ(derived.places[2].cost_kind, CostKind::reported);
  report_cost(spans[2], 5);
  EXPECT_EQ(derive_trace(spans, prices_of_m()).parts[0].cost.pico_usd, 5) << "its own report goes first";
  for (auto& span : spans) span.has_usage = false;
  spans[2].cost_kind = CostKind::unpriced;
  derived = derive_trace(spans, prices_of_m());
  EXPECT_EQ(derived.parts[0].cost, (CostSum{.pico_usd = 42, .reported = 1})) << "no tokens told";
}

TEST(DeriveCost, AWrapperOfTwoCallsGivesItsCostToNeither) {
  std::vector<SpanFacts> spans = {make_call(1, 0, 0, 10, 50), make_call(2, 1, 1, 4, 20), make_call(3, 1, 5, 9, 30)};
  for (auto& span : spans) span.provider = "p";
  report_cost(spans[0], 42);
  EXPECT_EQ(derive_trace(spans, prices_of_m()).parts[0].cost, (CostSum{.pico_usd = 50'000'000, .computed = 2}));
}

}  // namespace
}  // namespace strobe::derive
