#include "analyze/context_cache.h"

#include <gtest/gtest.h>

#include "analyze/test_session.h"

namespace strobe::analyze {

namespace {

using Texts = std::vector<std::string>;

constexpr int64_t k_minute_ms = 60'000;

// What one call sent, and what came back of it.
struct Call {
  Texts body = {"user: hello"};
  Texts system = {"system: be brief"};
  Texts tools = {};
  std::string model = "claude-sonnet-4";
  Usage usage = {.input = 100, .cache_read = 9'900};
  int64_t start_ms = 0;  // 0: one second after the call before
  std::vector<KeyValue> request = {};
  ContextBasis basis = ContextBasis::complete;
  bool reports_cache = false;  // also where it is 0
};

// The calls as one lane, whatever the rules of lanes would say.
SessionView lane_of(const std::vector<Call>& calls) {
  TestSession test;
  int64_t at_ms = 0;
  for (const Call& call : calls) {
    if (call.start_ms > 0) at_ms = call.start_ms;
    const int span = test.call(0, at_ms, at_ms, call.model);
    test.usage(span, call.usage);
    test.sees(span, call.body, call.system, call.tools);
    test.at(span).span.request = call.request;
    test.at(span).span.facts.basis = call.basis;
    if (call.reports_cache) test.at(span).span.reported.cache_read = call.usage.cache_read;
    at_ms += 1000;
  }
  SessionView session = test.build();
  Lane lane{.number = 1};
  for (size_t i = 0; i < session.spans.size(); ++i) {
    lane.calls.push_back({.span = static_cast<int32_t>(i), .link = LaneLink::continues});
    session.spans[i].lane = 1;
  }
  session.lanes = {lane};
  return session;
}

CachePair pair_of(const Call& before, const Call& after) {
  Money money;
  const CacheReport report = cache_of(lane_of({before, after}), money);
  EXPECT_EQ(report.pairs.size(), 1u);
  return report.pairs.empty() ? CachePair{} : report.pairs.front();
}

std::string tool(const std::string& name, const std::string& about = "") {
  return "tool_definition: {\"name\":\"" + name + "\",\"description\":\"" + about + "\"}";
}

Texts messages(size_t count) {
  Texts list;
  for (size_t i = 0; i < count; ++i) list.push_back("user: " + std::to_string(i));
  return list;
}

}  // namespace

TEST(ContextCache, GrowingAtTheEndIsHealthy) {
  const CachePair pair = pair_of({}, {.body = {"user: hello", "assistant: hi"}});
  EXPECT_EQ(pair.cause, CacheCause::append);
  EXPECT_EQ(severity_of(pair.cause), CacheSeverity::ok);
  EXPECT_EQ(pair.appended_blocks, 1);
  EXPECT_EQ(pair.avoidable_tokens, 0);
}

TEST(ContextCache, TheSameRequestAgain) { EXPECT_EQ(pair_of({}, {}).cause, CacheCause::identical); }

TEST(ContextCache, WhatComesFirstInTheKeyDecides) {
  const Call before = {.tools = {tool("read")}, .request = {{"temperature", Value::of_float64(0)}}};
  Call after = before;
  after.body = {"user: other"};
  EXPECT_EQ(pair_of(before, after).cause, CacheCause::history_rewritten);
  after.request = {{"temperature", Value::of_float64(1)}};
  EXPECT_EQ(pair_of(before, after).cause, CacheCause::options);
  after.system = {"system: be long"};
  EXPECT_EQ(pair_of(before, after).cause, CacheCause::system);
  after.tools = {tool("write")};
  EXPECT_EQ(pair_of(before, after).cause, CacheCause::tools_changed);
  after.model = "claude-opus-4";
  EXPECT_EQ(pair_of(before, after).cause, CacheCause::model);
}

TEST(ContextCache, ToolsInAnotherOrderAreNoOtherTools) {
  const CachePair pair = pair_of({.tools = {tool("read"), tool("write")}}, {.tools = {tool("write"), tool("read")}});
  EXPECT_EQ(pair.cause, CacheCause::tools_reordered);
}

TEST(ContextCache, ToolsAreNamed) {
  const CachePair changed = pair_of({.tools = {tool("read"), tool("grep")}}, {.tools = {tool("read"), tool("write")}});
  EXPECT_EQ(changed.cause, CacheCause::tools_changed);
  EXPECT_EQ(changed.detail, "added write; removed grep");
  const CachePair modified = pair_of({.tools = {tool("read", "at 9")}}, {.tools = {tool("read", "at 10")}});
  EXPECT_EQ(modified.cause, CacheCause::tools_modified);
  EXPECT_EQ(modified.detail, "modified read");
}

TEST(ContextCache, ADateInTheSystemPromptIsFound) {
  const CachePair pair = pair_of({.system = {"system: Today is 2026-01-30. Be brief."}},
                                 {.system = {"system: Today is 2026-01-31. Be brief."}});
  EXPECT_EQ(pair.cause, CacheCause::system);
  EXPECT_EQ(pair.system_change, TextChange::inner_edit);
  EXPECT_EQ(pair.volatile_value, Volatile::date);
}

TEST(ContextCache, OptionsInAnotherOrderAreTheSameOptions) {
  const KeyValue a = {"temperature", Value::of_float64(0)}, b = {"top_p", Value::of_float64(1)};
  EXPECT_EQ(pair_of({.request = {a, b}}, {.request = {b, a}}).cause, CacheCause::identical);
  const CachePair pair = pair_of({.request = {a}}, {.request = {a, b}});
  EXPECT_EQ(pair.cause, CacheCause::options);
  EXPECT_EQ(pair.detail, "top_p");
}

TEST(ContextCache, HistoryCutOffAtItsEnd) {
  const CachePair pair = pair_of({.body = messages(5)}, {.body = messages(3)});
  EXPECT_EQ(pair.cause, CacheCause::history_truncated);
  EXPECT_EQ(pair.message, 3);
}

TEST(ContextCache, HistoryRewrittenSaysWhereAndHowMuchMore) {
  Texts after = messages(6);
  after[2] = "user: another";
  after[4] = "user: too";
  const CachePair pair = pair_of({.body = messages(6)}, {.body = after});
  EXPECT_EQ(pair.cause, CacheCause::history_rewritten);
  EXPECT_EQ(pair.message, 2);
  EXPECT_EQ(pair.later_changes, 1);
}

TEST(ContextCache, MoreThanTwentyBlocksAreMoreThanCachesLookBack) {
  const Usage nothing = {.input = 10'000}, half = {.input = 5'000, .cache_read = 5'000};
  const Call before = {.body = messages(1)};
  EXPECT_EQ(pair_of(before, {.body = messages(21), .usage = half}).cause, CacheCause::append);
  EXPECT_EQ(pair_of(before, {.body = messages(22), .usage = half}).cause, CacheCause::append_lookback);
  EXPECT_EQ(pair_of(before, {.body = messages(22), .usage = nothing}).cause, CacheCause::append_lookback);
  // It was found all the same: no reason to warn.
  EXPECT_EQ(pair_of(before, {.body = messages(22)}).cause, CacheCause::append);
}

TEST(ContextCache, NothingFoundThoughNothingChanged) {
  const Call before = {.usage = {.input = 96, .cache_write = 4'000}};
  const auto cause = [&](int64_t cache_read, int64_t start_ms) {
    return pair_of(before, {.usage = {.input = 4'096 - cache_read, .cache_read = cache_read}, .start_ms = start_ms})
        .cause;
  };
  EXPECT_EQ(cause(0, 5 * k_minute_ms), CacheCause::expired);
  EXPECT_EQ(cause(0, 5 * k_minute_ms - 1), CacheCause::unexplained);
  EXPECT_EQ(cause(40, 5 * k_minute_ms), CacheCause::expired);
  EXPECT_EQ(cause(41, 5 * k_minute_ms), CacheCause::identical);
  const Call shorter = {.usage = {.input = 95, .cache_write = 4'000}};
  EXPECT_EQ(pair_of(shorter, {.usage = {.input = 4'096}, .start_ms = 5 * k_minute_ms}).cause,
            CacheCause::below_minimum);
}

TEST(ContextCache, WhatWasCachedOnceIsNotTooShort) {
  Money money;
  const Usage first = {.input = 2'000}, found = {.input = 100, .cache_read = 2'000}, missed = {.input = 2'100};
  const CacheReport report =
      cache_of(lane_of({{.usage = first}, {.usage = found}, {.usage = missed, .start_ms = 6 * k_minute_ms}}), money);
  ASSERT_EQ(report.pairs.size(), 2u);
  EXPECT_EQ(report.pairs[1].cause, CacheCause::expired);
}

TEST(ContextCache, AShortGapIsNotCalledExpired) {
  const Call before = {.usage = {.cache_write = 10'000}};
  const CachePair pair = pair_of(before, {.usage = {.input = 10'000}});
  EXPECT_EQ(pair.cause, CacheCause::unexplained);
  EXPECT_EQ(pair.lost_tokens, 10'000);
  EXPECT_EQ(pair.avoidable_tokens, 0);
}

TEST(ContextCache, NobodyTellsOfACache) {
  Money money;
  const Usage usage = {.input = 10'000};
  const CacheReport report = cache_of(lane_of({{.usage = usage}, {.body = {"user: other"}, .usage = usage}}), money);
  EXPECT_FALSE(report.tells_of_cache);
  EXPECT_EQ(report.pairs[0].cause, CacheCause::history_rewritten);
  EXPECT_EQ(report.pairs[0].lost_tokens, 0);
  EXPECT_EQ(pair_of({.usage = usage}, {.usage = usage}).cause, CacheCause::unused);
}

TEST(ContextCache, AReportedZeroTellsOfACache) {
  const Call before = {.usage = {.input = 10'000}, .reports_cache = true};
  Call after = before;
  EXPECT_EQ(pair_of(before, after).cause, CacheCause::unexplained);
  EXPECT_EQ(pair_of(before, after).avoidable_tokens, 0);
  after.system = {"system: Now is 2026-01-30 10:00:07. Be brief."};
  const CachePair pair = pair_of(before, after);
  EXPECT_EQ(pair.cause, CacheCause::system);
  EXPECT_EQ(pair.lost_tokens, 10'000);
  EXPECT_EQ(pair.avoidable_tokens, 10'000);
  EXPECT_EQ(pair.cost_kind, CostKind::computed);
  EXPECT_GT(pair.cost_pico_usd, 0);
  Money money;
  EXPECT_TRUE(cache_of(lane_of({before, after}), money).tells_of_cache);
}

TEST(ContextCache, WhatNobodyCachesIsNotLost) {
  const auto lost = [](int64_t tokens, int64_t cached_before) {
    return pair_of({.usage = {.input = tokens - cached_before, .cache_read = cached_before}, .reports_cache = true},
                   {.system = {"system: new"}, .usage = {.input = tokens}, .reports_cache = true})
        .lost_tokens;
  };
  EXPECT_EQ(lost(1'023, 0), 0);
  EXPECT_EQ(lost(1'024, 0), 1'024);
  EXPECT_EQ(lost(500, 100), 500);  // this provider does
}

TEST(ContextCache, OnlyWhollyKnownContextsAreCompared) {
  for (const ContextBasis basis :
       {ContextBasis::truncated, ContextBasis::dropped, ContextBasis::delta, ContextBasis::absent}) {
    const CachePair pair = pair_of({}, {.body = {"user: other"}, .basis = basis});
    EXPECT_EQ(pair.cause, CacheCause::unknown);
    EXPECT_TRUE(pair.why_unknown.starts_with("this call: ")) << pair.why_unknown;
    EXPECT_EQ(pair.avoidable_tokens, 0);
    EXPECT_EQ(pair_of({.basis = basis}, {}).cause, CacheCause::unknown);
  }
  EXPECT_EQ(pair_of({.basis = ContextBasis::inferred}, {.basis = ContextBasis::inferred}).cause, CacheCause::identical);
}

TEST(ContextCache, WhatABreakCostIsTheDifferenceToReading) {
  const Usage paid = {.input = 1'000, .cache_read = 2'000, .cache_write = 7'000};
  const CachePair pair =
      pair_of({.usage = {.input = 500, .cache_read = 8'500}}, {.system = {"system: new"}, .usage = paid});
  EXPECT_EQ(pair.total_input, 10'000);
  EXPECT_EQ(pair.lost_tokens, 7'000);  // 9,000 were there, 2,000 of them were found
  EXPECT_EQ(pair.avoidable_tokens, 7'000);
  Money money;
  TestSession test;
  const SpanFacts facts = test.at(test.call(0, 0, 1)).span.facts;
  const int64_t possible = money.cost_of(facts, {.cache_read = 9'000, .cache_write = 1'000}).pico_usd;
  EXPECT_EQ(pair.cost_kind, CostKind::computed);
  EXPECT_EQ(pair.cost_pico_usd, money.cost_of(facts, paid).pico_usd - possible);
  EXPECT_GT(pair.cost_pico_usd, 0);
}

TEST(ContextCache, AModelWithoutPricesHasNoMadeUpCost) {
  const CachePair pair = pair_of({.model = "nobodys-model"},
                                 {.system = {"system: new"}, .model = "nobodys-model", .usage = {.input = 10'000}});
  EXPECT_EQ(pair.avoidable_tokens, 10'000);
  EXPECT_EQ(pair.cost_kind, CostKind::unpriced);
}

TEST(ContextCache, TheReportAddsUpByCauseAndWeighsByTokens) {
  Money money;
  const SessionView session = lane_of({{.usage = {.input = 10'000}},
                                       {.system = {"system: 1"}, .usage = {.input = 10'000}},
                                       {.system = {"system: 2"}, .usage = {.input = 10'000}},
                                       {.system = {"system: 2"}, .usage = {.input = 1'000, .cache_read = 69'000}}});
  const CacheReport report = cache_of(session, money);
  const CacheCauseSum& system = report.by_cause[static_cast<size_t>(CacheCause::system)];
  EXPECT_EQ(system.pairs, 2);
  EXPECT_TRUE(system.is_recurring());
  EXPECT_EQ(system.avoidable_tokens, 20'000);
  EXPECT_FALSE(report.by_cause[static_cast<size_t>(CacheCause::identical)].is_recurring());
  EXPECT_EQ(report.total_input, 100'000);
  EXPECT_EQ(report.cache_read, 69'000);
  EXPECT_EQ(report.first_calls, 1);
}

TEST(ContextCache, CallsOfOtherLanesAreNotComparedWith) {
  SessionView session = lane_of({{}, {.body = {"user: other"}}, {.body = {"user: hello", "assistant: hi"}}});
  Lane first{.number = 1}, second{.number = 2};
  first.calls = {{.span = 0}, {.span = 2}};
  second.calls = {{.span = 1}};
  session.lanes = {first, second};
  Money money;
  const CacheReport report = cache_of(session, money);
  ASSERT_EQ(report.pairs.size(), 1u);
  EXPECT_EQ(report.pairs[0].cause, CacheCause::append);
  EXPECT_TRUE(cache_of(session, money, 2).pairs.empty());
}

TEST(ContextCache, WithoutLanesItSaysNothing) {
  SessionView session = lane_of({{}, {}});
  session.lanes.clear();
  Money money;
  EXPECT_TRUE(cache_of(session, money).pairs.empty());
}

}  // namespace strobe::analyze
