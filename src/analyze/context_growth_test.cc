#include "analyze/context_growth.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <random>

#include "analyze/estimate.h"
#include "analyze/test_session.h"

namespace strobe::analyze {

namespace {

using Texts = std::vector<std::string>;

Lane lane_of(int32_t number, const std::vector<int32_t>& spans) {
  Lane lane{.number = number};
  for (const int32_t span : spans) lane.calls.push_back({.span = span, .link = LaneLink::continues});
  return lane;
}

// One lane of calls a second apart that reported these tokens; 0: none.
SessionView session_of(const std::vector<int64_t>& tokens) {
  TestSession test;
  std::vector<int32_t> spans;
  for (size_t i = 0; i < tokens.size(); ++i) {
    const auto start = static_cast<int64_t>(i) * 1'000;
    const int call = test.call(0, start, start + 100);
    test.usage(call, {.input = tokens[i]});
    spans.push_back(static_cast<int32_t>(i));
  }
  SessionView session = test.build();
  session.lanes = {lane_of(1, spans)};
  return session;
}

ContextGrowth growth(const SessionView& session, const GrowthOptions& options) {
  return growth_of(session, Money(), options);
}

std::vector<int64_t> tokens_of(const ContextGrowth& growth) {
  std::vector<int64_t> tokens;
  for (const GrowthSnapshot& snapshot : growth.snapshots) tokens.push_back(snapshot.tokens);
  return tokens;
}

// An agent that reads files: each turn a call and a result of `bytes`.
SessionView reader(const std::vector<size_t>& bytes, const std::string& other_tool = "read") {
  TestSession test;
  Texts body = {"user: go"};
  std::vector<int32_t> spans;
  for (size_t i = 0; i <= bytes.size(); ++i) {
    const auto start = static_cast<int64_t>(i) * 1'000;
    const int call = test.call(0, start, start + 100);
    test.sees(call, body, {});
    test.usage(call, {});
    spans.push_back(static_cast<int32_t>(i));
    if (i == bytes.size()) break;
    const std::string id = std::to_string(i);
    body.push_back("assistant: @" + id + " " + (i % 2 == 0 ? "read" : other_tool) + " {}");
    body.push_back("tool: @" + id + " " + std::string(bytes[i], 'r'));
  }
  SessionView session = test.build();
  session.lanes = {lane_of(1, spans)};
  return session;
}

// Has its calls report so many tokens for each estimated one.
void report(SessionView& session, const std::vector<int64_t>& ratios) {
  const ContextGrowth seen = growth(session, {});
  for (size_t i = 0; i < seen.snapshots.size(); ++i) {
    SpanFacts& facts = session.spans[seen.snapshots[i].span].span.facts;
    facts.usage = {.input = seen.snapshots[i].tokens * ratios[i]};
    facts.has_usage = true;
  }
}

// What a context would take, message by message.
int64_t plain_tokens(const SessionView& session, int32_t span, const GrowthWhatIf& what_if) {
  const SessionContexts& contexts = session.contexts;
  std::map<std::string_view, std::string_view> name_of;
  int64_t sum = 0;
  for (const int32_t number : contexts.bodies.messages(contexts.contexts[contexts.of_span[span]].body)) {
    const Message& message = contexts.messages[number].message;
    int64_t tokens = estimated_tokens(text_bytes(message));
    for (const Part& part : message.parts) {
      if (part.type == PartType::tool_call) name_of[part.id] = part.name;
      if (part.type != PartType::tool_result) continue;
      if (what_if.cap_tokens) tokens = std::min(tokens, *what_if.cap_tokens);
      if (name_of[part.id] == what_if.drop_tool) tokens = 0;
    }
    sum += tokens;
  }
  return sum;
}

}  // namespace

TEST(ContextGrowth, TakesWhatTheCallsOfTheLaneReported) {
  const ContextGrowth seen = growth(session_of({250, 1'000, 2'000}), {.budget = 8'000});
  EXPECT_EQ(seen.lane, 1);
  EXPECT_EQ(tokens_of(seen), (std::vector<int64_t>{250, 1'000, 2'000}));
  EXPECT_EQ(seen.curve.prediction.used_tenths_percent, 250);
  EXPECT_EQ(seen.snapshots[1].since_before.ns, 1'000'000'000);
  EXPECT_EQ(seen.snapshots[0].since_before.ns, 0);
}

TEST(ContextGrowth, WhenTheWindowIsFullAndHowSureThatIs) {
  const SessionView session = session_of({1'000, 2'000, 2'500});
  const ContextGrowth seen = growth(session, {.budget = 10'000});
  const TimeNs last = seen.snapshots.back().start;
  ASSERT_TRUE(seen.curve.exhaustion && seen.curve.earliest && seen.curve.latest);
  EXPECT_EQ(seen.curve.exhaustion->step, 3 + 10 + 1);
  EXPECT_EQ((seen.curve.exhaustion->time.value() - last).ns, int64_t{11} * 1'000'000'000);
  EXPECT_EQ(seen.curve.earliest->step, 3 + 7 + 1);
  EXPECT_EQ(seen.curve.latest->step, 3 + 15 + 1);
}

TEST(ContextGrowth, OneCallHasNoPace) {
  const ContextGrowth seen = growth(session_of({1'000}), {.budget = 10'000});
  ASSERT_TRUE(seen.curve.exhaustion);
  EXPECT_FALSE(seen.curve.exhaustion->time);
}

TEST(ContextGrowth, CountsAnewAfterACompaction) {
  const ContextGrowth seen = growth(session_of({1'000, 5'000, 9'000, 2'000, 2'500, 3'000}), {.budget = 10'000});
  EXPECT_EQ(seen.began_at, 3u);
  EXPECT_TRUE(seen.snapshots[3].begins_anew);
  EXPECT_EQ(seen.curve.prediction.recent_tenths, 5'000);
  EXPECT_EQ(seen.curve.prediction.average_tenths, 10'000);  // 3,000 in the three steps since
  EXPECT_EQ(seen.curve.prediction.current_step, 6);
  // rnix divides by all six, and knows additions above 0 alone.
  EXPECT_EQ(seen.rnix.average_tenths, 5'000);
  EXPECT_EQ(seen.rnix.recent_tenths, 16'667);  // 4,000, 500 and 500
}

TEST(ContextGrowth, WhereNothingWasCompactedRnixSaysTheSame) {
  const ContextGrowth seen = growth(session_of({1'000, 2'000, 2'500}), {.budget = 10'000, .max_steps = 20});
  EXPECT_EQ(seen.rnix.average_tenths, seen.curve.prediction.average_tenths);
  EXPECT_EQ(seen.rnix.recent_tenths, seen.curve.prediction.recent_tenths);
  EXPECT_EQ(seen.rnix.est_remaining, seen.curve.prediction.est_remaining);
  EXPECT_EQ(seen.rnix.predict_exhaust, seen.curve.prediction.predict_exhaust);
}

TEST(ContextGrowth, RnixDividesByAllStepsAlsoByUnknownOnes) {
  EXPECT_EQ(growth(session_of({1'000, 0, 2'000, 3'000}), {}).rnix.average_tenths, 7'500);
}

TEST(ContextGrowth, ShorterByThirtyPercentIsACompaction) {
  EXPECT_EQ(growth(session_of({4'000, 2'801}), {}).began_at, 0u);
  EXPECT_EQ(growth(session_of({4'000, 2'800}), {}).began_at, 1u);
  SessionView session = session_of({4'000, 4'000});
  session.lanes[0].calls[1].link = LaneLink::restarts;
  EXPECT_EQ(growth(session, {}).began_at, 1u);
}

// As the rule `compaction` has it: big system prompts and tools stay, so the whole input falls by less.
TEST(ContextGrowth, TheConversationTellsWhetherItWasCompacted) {
  for (const size_t left : {701, 700}) {
    TestSession test;
    const auto call = [&](int64_t at, size_t tokens) {
      const int span = test.call(0, at, at + 100);
      test.sees(span, {"user: go", "user: " + std::string((tokens - 1) * 4, 'x')});
      test.usage(span, {.input = 50'000 + static_cast<int64_t>(tokens)});
    };
    call(0, 1'000);
    call(1'000, left);
    EXPECT_EQ(growth(test.build(), {}).began_at, left == 700 ? 1u : 0u);
  }
}

// Where the provider holds the history, or content was cut, a call shows a piece: only what it reports can tell.
TEST(ContextGrowth, APieceOfTheConversationIsNoShorterOne) {
  const auto session_of_pieces = [](ContextBasis basis, const std::vector<int64_t>& tokens) {
    TestSession test;
    std::vector<int32_t> spans;
    for (size_t i = 0; i < tokens.size(); ++i) {
      const auto start = static_cast<int64_t>(i) * 1'000;
      const int call = test.call(0, start, start + 100);
      test.sees(call, {"user: " + std::string(i == 0 ? 10'000 : i % 2 == 0 ? 8 : 800, 'x')});
      test.usage(call, {.input = tokens[i]});
      if (i > 0) test.at(call).span.facts.basis = basis;
      spans.push_back(static_cast<int32_t>(i));
    }
    SessionView session = test.build();
    session.lanes = {lane_of(1, spans)};
    return session;
  };
  for (const ContextBasis basis : {ContextBasis::delta, ContextBasis::truncated, ContextBasis::dropped}) {
    const ContextGrowth seen = growth(session_of_pieces(basis, {3'000, 3'500, 4'000, 4'500}), {});
    EXPECT_EQ(seen.began_at, 0u);
    EXPECT_EQ(seen.curve.prediction.recent_tenths, 5'000);
    EXPECT_EQ(growth(session_of_pieces(basis, {3'000, 9'000, 2'000, 2'500}), {}).began_at, 2u);
    EXPECT_EQ(growth(session_of_pieces(basis, {0, 0, 0, 0}), {}).began_at, 0u) << "nothing is known";
  }
}

TEST(ContextGrowth, ALaneIsJudgedByItselfNotByTheSession) {
  SessionView session = session_of({1'000, 50'000, 2'000, 60'000, 3'000});
  session.lanes = {lane_of(1, {0, 2, 4}), lane_of(2, {1, 3})};
  EXPECT_EQ(tokens_of(growth(session, {})), (std::vector<int64_t>{1'000, 2'000, 3'000}));
  EXPECT_EQ(growth(session, {}).curve.prediction.current_step, 3);
  EXPECT_EQ(tokens_of(growth(session, {.lane = 2})), (std::vector<int64_t>{50'000, 60'000}));
  EXPECT_EQ(growth(session, {.lane = 3}).lane, 0);
}

TEST(ContextGrowth, SideLanesAreNotTheMainLane) {
  SessionView session = session_of({1'000, 50, 60, 70});
  session.lanes = {lane_of(1, {0}), lane_of(2, {1, 2, 3})};
  session.lanes[1].is_side = true;
  EXPECT_EQ(growth(session, {}).lane, 1);
}

TEST(ContextGrowth, CallsWithoutTokensAreEstimatedOrLeftOut) {
  const ContextGrowth estimated = growth(reader({400}), {});
  ASSERT_EQ(estimated.snapshots.size(), 2u);
  EXPECT_TRUE(estimated.snapshots[1].is_estimated);
  EXPECT_EQ(tokens_of(estimated), (std::vector<int64_t>{1, 1 + 2 + 100}));
  const ContextGrowth unknown = growth(session_of({1'000, 0, 2'000}), {});
  EXPECT_EQ(unknown.unknown_calls, 1);
  EXPECT_EQ(tokens_of(unknown), (std::vector<int64_t>{1'000, 2'000}));
  EXPECT_EQ(unknown.snapshots[1].step, 3);
  SessionView failed = reader({400});
  SpanFacts& facts = failed.spans[failed.lanes[0].calls[0].span].span.facts;
  facts.has_usage = true;
  facts.usage = {.input = 3'000};
  EXPECT_EQ(tokens_of(growth(failed, {})), std::vector<int64_t>{3'000}) << "beside a number an estimate is none";
  EXPECT_EQ(growth(failed, {}).unknown_calls, 1);
}

TEST(ContextGrowth, WithoutLanesOrTokensItSaysNothing) {
  SessionView session = session_of({1'000});
  session.lanes.clear();
  EXPECT_EQ(growth(session, {}).lane, 0);
  EXPECT_TRUE(growth(session_of({0}), {}).snapshots.empty());
}

TEST(ContextGrowth, AToolThatIsNotThereIsSaid) {
  const ContextGrowth seen = growth(reader({400}), {.what_if = {.drop_tool = "nosuch"}});
  EXPECT_FALSE(seen.change->has_tool);
  EXPECT_EQ(seen.change->saved_tokens, 0);
}

TEST(ContextGrowth, SavingsAreScaledToWhatTheCallsReported) {
  SessionView session = reader({4'000});
  // 1 + 2 + 1000 estimated tokens are 2,006 reported ones.
  session.spans[1].span.facts.usage = {.input = 2'006};
  session.spans[0].span.facts.usage = {.input = 2};
  const ContextGrowth dropped = growth(session, {.what_if = {.drop_tool = "read"}});
  EXPECT_EQ(dropped.change->tokens, (std::vector<int64_t>{2, 6}));
  EXPECT_EQ(dropped.change->results, 1);
  const ContextGrowth capped = growth(session, {.what_if = {.cap_tokens = 500}});
  EXPECT_EQ(capped.change->tokens, (std::vector<int64_t>{2, 506}));
}

TEST(ContextGrowth, EachCallIsScaledByItself) {
  SessionView session = reader({4'000, 4'000, 400});
  report(session, {3, 1, 2, 50});
  // Contexts of 1, 1 + 1,002, 1 + 2 * 1,002 and 1 + 2 * 1,002 + 102 estimated tokens.
  const ContextGrowth capped = growth(session, {.what_if = {.cap_tokens = 500}});
  EXPECT_EQ(capped.change->tokens,
            (std::vector<int64_t>{3, 1 + 2 + 500, 2 * (1 + 2 * 2) + 2 * 500, 50 * (1 + 3 * 2) + 3 * 500}));
  EXPECT_EQ(capped.change->results, 3);
  EXPECT_EQ(capped.change->saved_tokens, 50 * 2'100 - 3 * 500);
}

TEST(ContextGrowth, NeverSavesMoreThanResultsTake) {
  std::mt19937 random(5);
  for (int round = 0; round < 50; ++round) {
    std::vector<size_t> bytes(1 + random() % 12);
    for (size_t& value : bytes) value = random() % 3'000;
    SessionView session = reader(bytes, "grep");
    std::vector<int64_t> ratios(bytes.size() + 1);
    for (int64_t& ratio : ratios) ratio = 1 + static_cast<int64_t>(random() % 100);
    report(session, ratios);
    const auto cap = static_cast<int64_t>(random() % 2'000);
    const ContextGrowth seen = growth(session, {.what_if = {.cap_tokens = cap}});
    for (size_t i = 0; i < seen.snapshots.size(); ++i) {
      const int64_t rest = plain_tokens(session, seen.snapshots[i].span, {.cap_tokens = 0}) * ratios[i];
      int64_t kept = 0;
      for (size_t result = 0; result < i; ++result) kept += std::min(estimated_tokens(bytes[result]) * ratios[i], cap);
      EXPECT_EQ(seen.change->tokens[i], rest + kept) << "call " << i;
    }
  }
}

TEST(ContextGrowth, WhatIsNotWhollyKnownStaysAsItWas) {
  SessionView session = reader({4'000});
  session.spans[1].span.facts.basis = ContextBasis::truncated;
  const ContextGrowth seen = growth(session, {.what_if = {.drop_tool = "read"}});
  EXPECT_EQ(seen.change->tokens, tokens_of(seen));
  EXPECT_EQ(seen.change->unknown_calls, 1);
}

TEST(ContextGrowth, WhatIfAgreesWithAddingUpEveryContext) {
  std::mt19937 random(2);
  for (int round = 0; round < 50; ++round) {
    std::vector<size_t> bytes(1 + random() % 12);
    for (size_t& value : bytes) value = random() % 3'000;
    const SessionView session = reader(bytes, "grep");
    GrowthWhatIf what_if;
    if (random() % 3 != 0) what_if.cap_tokens = random() % 500;
    if (random() % 2 == 0 || !what_if.is_asked()) what_if.drop_tool = random() % 2 == 0 ? "grep" : "read";
    const ContextGrowth seen = growth(session, {.what_if = what_if});
    ASSERT_TRUE(seen.change.has_value());
    for (size_t i = 0; i < seen.snapshots.size(); ++i) {
      EXPECT_EQ(seen.snapshots[i].tokens, plain_tokens(session, seen.snapshots[i].span, {.drop_tool = "-"}));
      EXPECT_EQ(seen.change->tokens[i], plain_tokens(session, seen.snapshots[i].span, what_if));
    }
  }
}

}  // namespace strobe::analyze
