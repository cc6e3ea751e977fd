#include "derive/recordings.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "derive/test_util.h"

namespace strobe::derive {
namespace {

SpanFacts by(SpanFacts span, const char* scope) {
  span.scope = scope;
  return span;
}

int64_t tokens(const std::vector<SpanFacts>& spans) { return derive_trace(spans).parts[0].usage.total(); }

TEST(NestedRecordings, TheInnerOneCountsAndTheOuterOneNamesIt) {
  const auto derived = derive_trace(std::vector{make_call(1, 0, 0, 10, 50), make_call(2, 1, 1, 9, 50)});
  EXPECT_EQ(derived.parts[0].llm_calls, 1);
  EXPECT_EQ(derived.parts[0].usage.input, 50);
  EXPECT_EQ(derived.places[0].duplicate_of, id(2));
  EXPECT_EQ(derived.places[0].duplicate_how, SameCall::nested);
  EXPECT_EQ(derived.places[0].step, 1) << "it is seen in the step of the call";
  EXPECT_TRUE(derived.places[1].duplicate_of.is_zero());
}

TEST(NestedRecordings, OfTwoThatAgreeOnTheTokensTheOneWithTheConversationCounts) {
  std::vector<SpanFacts> spans = {make_call(1, 0, 0, 10, 50), make_call(2, 1, 1, 9, 50)};
  spans[0].input_context.emplace();
  const auto derived = derive_trace(spans);
  EXPECT_EQ(derived.parts[0].llm_calls, 1);
  EXPECT_EQ(derived.parts[0].usage.input, 50);
  EXPECT_TRUE(derived.places[0].duplicate_of.is_zero());
  EXPECT_EQ(derived.places[1].duplicate_of, id(1));
  spans[1].input_context.emplace();
  EXPECT_EQ(derive_trace(spans).places[0].duplicate_of, id(2)) << "both have it";
}

TEST(NestedRecordings, ARawRequestWithoutNumbersIsNoSecondCall) {
  std::vector<SpanFacts> spans = {make_call(1, 0, 0, 10, 50), make_span(2, 1, Kind::llm, 1, 9)};
  const auto derived = derive_trace(spans);
  EXPECT_EQ(derived.parts[0].llm_calls, 1);
  EXPECT_EQ(derived.parts[0].usage.input, 50);
  EXPECT_EQ(derived.places[1].duplicate_of, id(1));
}

TEST(NestedRecordings, AFailedAttemptInsideIsACallOfItsOwn) {
  std::vector<SpanFacts> spans = {make_call(1, 0, 0, 10, 50), make_span(2, 1, Kind::llm, 1, 3),
                                  make_span(3, 1, Kind::llm, 4, 9)};
  spans[1].status = SpanStatus::error;
  const auto derived = derive_trace(spans);
  EXPECT_EQ(derived.parts[0].llm_calls, 2);
  EXPECT_EQ(derived.parts[0].usage.input, 50);
  EXPECT_EQ(derived.places[2].duplicate_of, id(1));
  EXPECT_TRUE(derived.places[1].duplicate_of.is_zero());
}

TEST(NestedRecordings, ACallAroundSeveralThatSayNothingIsTheirSum) {
  const auto derived = derive_trace(
      std::vector{make_call(1, 0, 0, 10, 50), make_span(2, 1, Kind::llm, 1, 3), make_span(3, 1, Kind::llm, 4, 9)});
  EXPECT_EQ(derived.parts[0].llm_calls, 2);
  EXPECT_EQ(derived.parts[0].usage.input, 50);
}

TEST(NestedRecordings, CallsThatAreOverWhenTheNextBeginsAreTheirOwn) {
  const auto derived =
      derive_trace(std::vector{make_call(1, 0, 0, 10, 50), make_call(2, 1, 11, 20, 60), make_call(3, 2, 21, 30, 70)});
  EXPECT_EQ(derived.parts[0].llm_calls, 3) << "some instrumentations nest what merely follows";
  EXPECT_EQ(derived.parts[0].usage.input, 180);
}

TEST(NestedRecordings, TheOneThatKnowsTheCacheCountsWhenTheTokensAreTheSame) {
  std::vector<SpanFacts> spans = {make_call(1, 0, 0, 10, 10), make_call(2, 1, 1, 9, 50)};
  spans[0].usage.cache_read = 40;
  const auto derived = derive_trace(spans);
  EXPECT_EQ(derived.parts[0].usage.cache_read, 40);
  EXPECT_EQ(derived.parts[0].usage.total(), 50);
  EXPECT_EQ(derived.places[1].duplicate_of, id(1));
}

TEST(NestedRecordings, ADeploymentsNameIsNoOtherModelWhenTheTokensAreTheSame) {
  std::vector<SpanFacts> spans = {make_call(1, 0, 0, 10, 50), make_call(2, 1, 1, 9, 50)};
  spans[0].model = "our-deployment";
  EXPECT_EQ(derive_trace(spans).parts[0].llm_calls, 1);
  spans[0].usage.input = 51;
  EXPECT_EQ(derive_trace(spans).parts[0].llm_calls, 2) << "another model, other tokens";
}

TEST(NestedRecordings, AnotherAnswerInsideIsAnotherCall) {
  std::vector<SpanFacts> spans = {make_call(1, 0, 0, 10, 10), make_call(2, 1, 1, 9, 77)};
  spans[0].response_id = "a";
  EXPECT_EQ(tokens(spans), 77) << "an id that only one tells contradicts nothing";
  spans[1].response_id = "b";
  EXPECT_EQ(derive_trace(spans).parts[0].llm_calls, 2);
  EXPECT_EQ(tokens(spans), 87);
  spans[0].usage.input = 77;
  EXPECT_EQ(tokens(spans), 77) << "a gateway that gives the answer an id of its own";
}

TEST(NestedRecordings, AnIdIsRememberedAcrossARecordingThatTellsNone) {
  std::vector<SpanFacts> spans = {make_call(1, 0, 0, 10, 10), make_call(2, 1, 1, 9, 77), make_call(3, 2, 2, 8, 77)};
  spans[0].response_id = "a";
  spans[2].response_id = "b";
  EXPECT_EQ(derive_trace(spans).parts[0].llm_calls, 2);
  EXPECT_EQ(tokens(spans), 87);
}

TEST(TwinRecordings, TwoInstrumentationsBesideEachOtherAreOneCallEach) {
  std::vector<SpanFacts> spans = {make_span(1, 0, Kind::agent, 0, 100)};
  for (uint8_t n = 0; n < 3; ++n) {
    spans.push_back(by(make_call(2 + n, 1, 10 + n, 20 + n, 50), "a"));
    spans.push_back(by(make_call(12 + n, 1, 10 + n, 20 + n, 50), "b"));
  }
  const auto derived = derive_trace(spans);
  EXPECT_EQ(derived.parts[0].llm_calls, 3) << "three alike, at the same time";
  EXPECT_EQ(derived.parts[0].usage.input, 150);
  EXPECT_EQ(derived.parts[0].steps, 3);
}

TEST(TwinRecordings, OneInstrumentationNeverTellsACallTwice) {
  EXPECT_EQ(tokens({by(make_call(1, 0, 0, 10, 50), "a"), by(make_call(2, 0, 0, 10, 50), "a")}), 100);
}

TEST(TwinRecordings, OneInstrumentationReadAsTwoDialectsIsStillOne) {
  std::vector<SpanFacts> spans = {by(make_call(1, 0, 0, 10, 50), "a"), by(make_call(2, 0, 0, 10, 50), "a")};
  spans[0].dialect = "openinference";
  spans[1].dialect = "otel_genai";
  EXPECT_EQ(tokens(spans), 100);
  spans[0].scope = spans[1].scope = "";
  EXPECT_EQ(tokens(spans), 50) << "without a scope the dialect is all that tells them apart";
}

// By the answer's id the first two are one call; a third span that is as large is a second call of one of the two.
TEST(TwinRecordings, NoInstrumentationStandsTwiceInOneCallThatSeveralSignsMake) {
  std::vector<SpanFacts> spans = {by(make_call(1, 0, 0, 10, 50), "a"), by(make_call(2, 0, 0, 10, 50), "b"),
                                  by(make_call(3, 0, 0, 10, 50), "b")};
  spans[0].response_id = spans[1].response_id = "r";
  EXPECT_EQ(derive_trace(spans).parts[0].llm_calls, 2);
  EXPECT_EQ(tokens(spans), 100);
  spans.push_back(by(make_call(4, 0, 0, 10, 50), "a"));
  EXPECT_EQ(tokens(spans), 100) << "which the other one saw as well";
  spans.push_back(by(make_call(5, 0, 0, 10, 50), "c"));
  spans.push_back(by(make_call(6, 0, 0, 10, 50), "c"));
  EXPECT_EQ(tokens(spans), 100) << "and somebody else both";
}

// The span around a call is one instrumentation's, the call inside another's: that one told its call already.
TEST(TwinRecordings, NoInstrumentationStandsTwiceInACallFoundInsideAnother) {
  std::vector<SpanFacts> spans = {by(make_call(1, 0, 0, 10, 50), "a"), by(make_call(2, 1, 1, 9, 50), "b"),
                                  by(make_call(3, 0, 1, 9, 50), "a")};
  EXPECT_EQ(derive_trace(spans).parts[0].llm_calls, 2);
  EXPECT_EQ(tokens(spans), 100);
}

TEST(TwinRecordings, OtherTimesTokensModelsOrProgramsAreOtherCalls) {
  const SpanFacts first = by(make_call(1, 0, 0, 10, 50), "a");
  EXPECT_EQ(tokens({first, by(make_call(2, 0, 11, 20, 50), "b")}), 100);
  EXPECT_EQ(tokens({first, by(make_call(2, 0, 0, 10, 51), "b")}), 101);
  SpanFacts other = by(make_call(2, 0, 0, 10, 50), "b");
  other.model = "n";
  EXPECT_EQ(tokens({first, other}), 100);
  other.model = "p/m-2025-01-31";
  EXPECT_EQ(tokens({first, other}), 50) << "the same model, called by its full name";
  other.service = "elsewhere";
  EXPECT_EQ(tokens({first, other}), 100);
}

TEST(TwinRecordings, TheSameAnswerIsTheSameCallWhateverTheTokens) {
  SpanFacts a = by(make_call(1, 0, 0, 10, 5), "a");
  SpanFacts b = by(make_call(2, 0, 2, 9, 5), "b");
  a.response_id = b.response_id = "msg_1";
  b.usage.cache_read = 1000;
  auto derived = derive_trace(std::vector{a, b});
  EXPECT_EQ(derived.parts[0].usage.total(), 1005) << "the one that knows more";
  EXPECT_EQ(derived.places[0].duplicate_how, SameCall::response_id);
  b.start = {11};
  b.end = {20};
  EXPECT_EQ(derive_trace(std::vector{a, b}).parts[0].llm_calls, 2) << "a server that gives all answers one id";
}

TEST(TwinRecordings, TwoTreesOfOneProgramAreCountedOnce) {
  std::vector<SpanFacts> spans = {by(make_call(1, 0, 0, 100, 80), "ai"),    by(make_call(2, 1, 1, 40, 30), "ai"),
                                  by(make_call(3, 1, 50, 90, 50), "ai"),    by(make_call(4, 0, 0, 100, 80), "gen_ai"),
                                  by(make_call(5, 4, 1, 40, 30), "gen_ai"), by(make_call(6, 4, 50, 90, 50), "gen_ai"),
                                  by(make_tool(7, 1, 41, 49, "t"), "ai"),   by(make_tool(8, 4, 41, 49, "t"), "gen_ai")};
  for (const size_t root : {0u, 3u}) {
    spans[root].kind = Kind::agent;
    spans[root].is_rollup = true;
  }
  spans[6].tool_call_id = spans[7].tool_call_id = "c1";
  const auto derived = derive_trace(spans);
  EXPECT_EQ(derived.parts[0].usage.input, 80);
  EXPECT_EQ(derived.parts[0].llm_calls, 2);
  EXPECT_EQ(derived.parts[0].tool_calls, 1);
  EXPECT_FALSE(derived.places[0].counted);
  EXPECT_FALSE(derived.places[3].counted) << "its calls are told, if by others";
  EXPECT_EQ(derived.places[6].step, 1);
  EXPECT_EQ(derived.places[7].step, 1);
}

TEST(TwinRecordings, TheSameInstrumentationSpeaksThroughout) {
  std::vector<SpanFacts> spans = {by(make_call(1, 0, 0, 9, 50), "a"),   by(make_call(2, 0, 0, 9, 50), "b"),
                                  by(make_call(3, 0, 10, 19, 60), "a"), by(make_call(4, 0, 10, 19, 20), "b"),
                                  by(make_call(5, 0, 20, 29, 70), "a"), by(make_span(6, 0, Kind::llm, 20, 29), "b")};
  spans[3].usage.cache_read = 40;
  spans[4].response_id = spans[5].response_id = "r";
  const auto derived = derive_trace(spans);
  EXPECT_EQ(derived.places[0].duplicate_of, id(2)) << "though it tells no more of this one";
  EXPECT_EQ(derived.places[2].duplicate_of, id(4));
  EXPECT_EQ(derived.places[5].duplicate_of, id(5)) << "where it knows no tokens, the other speaks";
  EXPECT_EQ(derived.parts[0].usage.total(), 180);
  EXPECT_EQ(derived.parts[0].llm_calls, 3);
}

TEST(TwinRecordings, WhoeverNamesTheCallsThatToolsRanForSpeaks) {
  std::vector<SpanFacts> spans = {by(make_call(1, 0, 0, 9, 50), "z"), by(make_call(2, 0, 1, 8, 50), "a"),
                                  make_tool(3, 0, 10, 12, "sky")};
  for (SpanFacts& span : spans) span.response_id = span.kind == Kind::llm ? "r" : "";
  spans[0].requested_tool_call_ids = {"item_1"};
  spans[1].requested_tool_call_ids = {"call_1"};
  EXPECT_EQ(derive_trace(spans).places[1].duplicate_of, id(1)) << "nothing says who is right";
  spans[2].tool_call_id = "call_1";
  EXPECT_EQ(derive_trace(spans).places[0].duplicate_of, id(2));
}

TEST(TwinRecordings, SumsThatTwoTellWithoutCallsAreOneSum) {
  std::vector<SpanFacts> spans = {by(make_call(1, 0, 0, 100, 80), "ai"), by(make_call(2, 0, 0, 100, 80), "gen_ai")};
  for (auto& span : spans) {
    span.kind = Kind::agent;
    span.is_rollup = true;
  }
  EXPECT_EQ(tokens(spans), 80);
}

TEST(TwinRecordings, AFailureThatTwoTellIsOneError) {
  std::vector<SpanFacts> spans = {by(make_call(1, 0, 0, 10, 50), "a"), by(make_call(2, 0, 0, 10, 50), "b")};
  spans[0].status = spans[1].status = SpanStatus::error;
  EXPECT_EQ(derive_trace(spans).parts[0].errors, 1);
  spans[0].has_usage = spans[1].has_usage = false;
  const auto derived = derive_trace(spans);
  EXPECT_EQ(derived.parts[0].errors, 1);
  EXPECT_EQ(derived.parts[0].llm_calls, 1);
  EXPECT_EQ(derived.places[0].duplicate_how, SameCall::same_failure);
  spans[1].status = SpanStatus::ok;
  EXPECT_EQ(derive_trace(spans).parts[0].llm_calls, 2) << "nothing says that they are the same";
}

// Logfire tells a streamed answer in a record of its own beside the request's span, in which the SDK has its span.
TEST(TwinRecordings, AStreamsOwnRecordAndTheSdksSpanAreOneCall) {
  std::vector<SpanFacts> spans = {make_span(1, 0, Kind::agent, 0, 100), make_span(2, 1, Kind::span, 1, 5),
                                  by(make_call(3, 2, 2, 40, 50), "com.anthropic.sdk.python"),
                                  by(make_call(4, 1, 3, 42, 50), "logfire.anthropic")};
  spans[3].input_context.emplace();
  for (const uint8_t parent : {1, 2}) {
    spans[3].parent_span_id = id(parent);
    const auto derived = derive_trace(spans);
    EXPECT_EQ(derived.parts[0].llm_calls, 1);
    EXPECT_EQ(derived.parts[0].usage.input, 50);
    EXPECT_EQ(derived.places[2].duplicate_of, id(4)) << "it has no conversation";
    EXPECT_TRUE(derived.places[3].duplicate_of.is_zero());
  }
  // The next answer of the same size is another call, told twice as well.
  spans.push_back(make_span(5, 1, Kind::span, 50, 55));
  spans.push_back(by(make_call(6, 5, 51, 90, 50), "com.anthropic.sdk.python"));
  spans.push_back(by(make_call(7, 1, 52, 92, 50), "logfire.anthropic"));
  EXPECT_EQ(derive_trace(spans).parts[0].llm_calls, 2);
  EXPECT_EQ(tokens(spans), 100);
}

TEST(ToolRecordings, ClientAndServerOfAProtocolAreOneToolCall) {
  std::vector<SpanFacts> spans = {make_call(1, 0, 0, 5, 10), make_tool(2, 0, 6, 20, "weather_get"),
                                  make_tool(3, 2, 7, 19, "get"), make_tool(4, 3, 8, 18, "get")};
  spans[2].name = spans[3].name = "tools/call get";
  spans[0].requested_tool_call_ids = {"c"};
  spans[1].tool_call_id = "c";
  auto derived = derive_trace(spans);
  EXPECT_EQ(derived.parts[0].tool_calls, 1);
  EXPECT_EQ(derived.places[3].duplicate_of, id(2));
  EXPECT_EQ(derived.places[3].step, 1);
  spans.push_back(make_tool(5, 2, 7, 9, "put"));
  spans.back().name = "tools/call put";
  derived = derive_trace(spans);
  EXPECT_EQ(derived.parts[0].tool_calls, 3) << "a tool that calls two others is none of them";
}

TEST(ToolRecordings, ParallelToolsOfOneNameStayApart) {
  std::vector<SpanFacts> spans = {by(make_tool(1, 0, 0, 10, "t"), "a"), by(make_tool(2, 0, 0, 10, "t"), "a"),
                                  by(make_tool(3, 0, 0, 10, "t"), "b"), by(make_tool(4, 0, 0, 10, "t"), "b")};
  EXPECT_EQ(derive_trace(spans).parts[0].tool_calls, 2);
  spans[0].tool_call_id = "x";
  spans[2].tool_call_id = "y";
  spans.erase(spans.begin() + 3);
  spans.erase(spans.begin() + 1);
  EXPECT_EQ(derive_trace(spans).parts[0].tool_calls, 2) << "their ids say that they are not the same";
}

// Many spans that look alike, beside each other, below each other and across each other: never quadratic.
TEST(HostileRecordings, ManyAlikeAreDecidedQuickly) {
  constexpr uint32_t k_spans = 60'000;
  for (const int shape : {0, 1, 2, 3}) {
    std::vector<SpanFacts> spans;
    for (uint32_t n = 1; n <= k_spans; ++n) {
      SpanFacts span = make_call(0, 0, shape == 3 ? n * 10 : n, shape == 3 ? n * 10 + 1 : 1'000'000, 7);
      std::memcpy(span.span_id.bytes.data(), &n, sizeof n);
      const uint32_t parent = shape == 1 ? n - 1 : 0;
      std::memcpy(span.parent_span_id.bytes.data(), &parent, sizeof parent);
      span.response_id = "r";
      span.scope = shape == 2 || shape == 3 ? "s" + std::to_string(n) : n % 2 == 0 ? "a" : "b";
      spans.push_back(span);
    }
    const auto derived = derive_trace(spans);
    EXPECT_LE(derived.parts[0].llm_calls, k_spans);
    EXPECT_GE(derived.parts[0].llm_calls, 1);
  }
}

TEST(RecordingsOrder, OrderOfArrivalNeverMatters) {
  std::mt19937 random(11);
  const auto below = [&](int limit) { return std::uniform_int_distribution<int>(0, limit - 1)(random); };
  for (int sample = 0; sample < 60; ++sample) {
    std::vector<SpanFacts> spans;
    for (uint8_t n = 1; n <= 24; ++n) {
      const int start = below(12);
      SpanFacts span = make_call(n, static_cast<uint8_t>(below(26)), start, start + below(6), 5 + below(2));
      if (below(3) == 0) span.kind = below(2) == 0 ? Kind::tool : Kind::agent;
      span.is_rollup = span.kind == Kind::agent;
      if (below(4) == 0) span.has_usage = false;
      if (below(3) == 0) span.response_id = "r" + std::to_string(below(3));
      if (span.kind == Kind::tool && below(2) == 0) span.tool_call_id = "c" + std::to_string(below(3));
      span.scope = below(2) == 0 ? "a" : "logfire";
      span.is_side_call = below(6) == 0;
      spans.push_back(span);
    }
    const auto expected = derive_trace(spans);
    std::vector<size_t> order(spans.size());
    for (size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::shuffle(order.begin(), order.end(), random);
    std::vector<SpanFacts> shuffled;
    for (const size_t i : order) shuffled.push_back(spans[i]);
    const auto derived = derive_trace(shuffled);
    for (size_t i = 0; i < order.size(); ++i) {
      const Place& was = expected.places[order[i]];
      const Place& is = derived.places[i];
      ASSERT_EQ(is.duplicate_of, was.duplicate_of) << sample;
      ASSERT_EQ(is.duplicate_how, was.duplicate_how) << sample;
      ASSERT_EQ(is.counted, was.counted) << sample;
      ASSERT_EQ(is.step, was.step) << sample;
    }
  }
}

}  // namespace
}  // namespace strobe::derive
