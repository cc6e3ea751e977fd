#include "analyze/context_profile.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "analyze/find_call.h"
#include "analyze/test_session.h"

namespace strobe::analyze {

namespace {

using Texts = std::vector<std::string>;

struct Seen {
  Texts body;
  Texts system = {};
  Texts tools = {};
  Usage usage = {};
  ContextBasis basis = ContextBasis::complete;
};

SessionView session_of(const Seen& seen) {
  TestSession test;
  const int call = test.call(0, 0, 10);
  test.sees(call, seen.body, seen.system, seen.tools);
  test.usage(call, seen.usage);
  test.at(call).span.facts.basis = seen.basis;
  return test.build();
}

ContextProfile profile(const Seen& seen, ProfileMeasure measure = ProfileMeasure::rnix, int64_t budget = 0) {
  const SessionView session = session_of(seen);
  return profile_of(session, 0, {.tokens = budget, .source = ContextBudget::Source::given}, measure);
}

const ContextShare& share(const ContextProfile& profile, Temperature temperature) {
  return profile.by_temperature[static_cast<size_t>(temperature)];
}

// `count` messages of `bytes` each, all different.
Texts users(size_t count, size_t bytes = 40) {
  Texts list;
  for (size_t i = 0; i < count; ++i) {
    std::string text = std::to_string(i);
    text.resize(bytes, 'x');
    list.push_back("user: " + text);
  }
  return list;
}

Texts kinds(const ContextProfile& profile) {
  Texts list;
  for (const ContextConsumer& consumer : profile.consumers) list.push_back(consumer.kind);
  return list;
}

bool has_kind(const ContextProfile& profile, const std::string& kind) {
  return std::ranges::find(profile.consumers, kind, &ContextConsumer::kind) != profile.consumers.end();
}

bool suggests(const ContextProfile& profile, const std::string& word) {
  return std::ranges::any_of(profile.suggestions, [&](const std::string& text) { return text.contains(word); });
}

}  // namespace

TEST(ContextProfile, SmallContextsHaveTheSmallestWindows) {
  const ContextProfile few = profile({.body = users(12)});
  EXPECT_EQ(share(few, Temperature::active).messages, 4);
  EXPECT_EQ(share(few, Temperature::warm).messages, 6);
  EXPECT_EQ(share(few, Temperature::cold).messages, 2);
}

TEST(ContextProfile, WindowsGrowWithTheConversation) {
  for (const auto& [messages, active, warm] : {std::tuple(24, 4, 7), {25, 5, 7}, {20, 4, 6}, {100, 20, 30}}) {
    const ContextProfile grown = profile({.body = users(messages)});
    EXPECT_EQ(share(grown, Temperature::active).messages, active) << messages;
    EXPECT_EQ(share(grown, Temperature::warm).messages, warm) << messages;
    EXPECT_EQ(share(grown, Temperature::cold).messages, messages - active - warm) << messages;
  }
}

TEST(ContextProfile, TheSystemPromptIsOneActiveMessage) {
  const ContextProfile with = profile({.body = users(1), .system = {"system: 1234"}});
  EXPECT_EQ(share(with, Temperature::active).messages, 2);
  EXPECT_EQ(share(with, Temperature::active).tokens, 11);
}

TEST(ContextProfile, AToolResultLeaksAboveAThousandBytesAndOnlyWhenCold) {
  const auto with_result = [](size_t bytes, size_t behind) {
    Texts body = {"assistant: @1 read {}", "tool: @1 " + std::string(bytes, 'r')};
    for (const std::string& text : users(behind)) body.push_back(text);
    return profile({.body = body});
  };
  EXPECT_EQ(share(with_result(1'000, 20), Temperature::leaked).messages, 0);
  EXPECT_EQ(share(with_result(1'001, 20), Temperature::leaked).messages, 1);
  EXPECT_EQ(share(with_result(1'001, 20), Temperature::leaked).tokens, 250);
  EXPECT_EQ(share(with_result(1'001, 5), Temperature::leaked).messages, 0);
  EXPECT_TRUE(suggests(with_result(1'001, 20),
                       "Found 1 leaked tool result(s) using ~250 tokens; consider pruning unused tool outputs"));
  Texts long_user = users(20);
  long_user.insert(long_user.begin(), "user: " + std::string(5'000, 'u'));
  EXPECT_EQ(share(profile({.body = long_user}), Temperature::leaked).messages, 0);
}

TEST(ContextProfile, ToolsAreNamedByTheirCallsNotByWhatResultsSay) {
  const ContextProfile named =
      profile({.body = {"assistant: @1 weather {}", "tool: @1 you might read_file and grep for it",
                        "tool: @2 nobody asked for this execute"}});
  EXPECT_TRUE(has_kind(named, "tool:weather"));
  EXPECT_TRUE(has_kind(named, "tool:unknown"));
  for (const std::string& kind : kinds(named)) {
    EXPECT_FALSE(kind.contains("read_file") || kind.contains("execute")) << kind;
  }
}

TEST(ContextProfile, IdsThatAreCountedAnewInEachTurnNameTheNearestCall) {
  const ContextProfile named = profile({.body = {"assistant: @0 list {}", "tool: @0 " + std::string(400, 'a'),
                                                 "assistant: @0 read {}", "tool: @0 " + std::string(800, 'b')}});
  ASSERT_GE(named.consumers.size(), 2u);
  EXPECT_EQ(named.consumers[0].kind, "tool:read");
  EXPECT_EQ(named.consumers[0].share.tokens, 200);
  EXPECT_EQ(named.consumers[1].kind, "tool:list");
}

TEST(ContextProfile, AtMostFiveConsumers) {
  Texts body = {"user: " + std::string(100, 'u'), "assistant: " + std::string(200, 'a')};
  for (int i = 0; i < 5; ++i) {
    const std::string id = std::to_string(i);
    body.push_back("assistant: @" + id + " t" + id + " {}");
    body.push_back("tool: @" + id + " " + std::string(1'000 + 100 * static_cast<size_t>(i), 'r'));
  }
  EXPECT_EQ(kinds(profile({.body = body})), (Texts{"tool:t4", "tool:t3", "tool:t2", "tool:t1", "tool:t0"}));
}

// Upstream counts them in the total only.
TEST(ContextProfile, OtherRolesAreConsumersToo) {
  const Texts body = {"user: " + std::string(100, 'u'), "system: " + std::string(300, 's'),
                      "developer: " + std::string(300, 'd'), "reviewer: " + std::string(200, 'r')};
  EXPECT_EQ(kinds(profile({.body = body}, ProfileMeasure::scaled)), (Texts{"system", "reviewer", "user"}));
}

TEST(ContextProfile, SuggestionsJustBelowAndJustAboveTheirLimits) {
  const auto prompt = [](size_t bytes) {
    return profile({.body = users(1, 300), .system = {"system: " + std::string(bytes, 's')}});
  };
  EXPECT_FALSE(suggests(prompt(100), "System prompt uses >25%"));  // 25 of 100 tokens
  EXPECT_TRUE(suggests(prompt(104), "System prompt uses >25%"));
  const auto tools = [](size_t bytes) {
    return profile({.body = {"user: " + std::string(400, 'u'), "tool: @1 " + std::string(bytes, 't')}});
  };
  EXPECT_FALSE(suggests(tools(400), "Tool results dominate"));
  EXPECT_TRUE(suggests(tools(404), "Tool results dominate"));
  const auto cold = [](size_t bytes) {
    Texts body = users(10, 240);
    body.insert(body.begin(), "user: " + std::string(bytes, 'c'));
    return profile({.body = body});
  };
  EXPECT_FALSE(suggests(cold(1'600), "is cold"));  // 400 of 1000
  EXPECT_TRUE(suggests(cold(1'640), "41% of context is cold; consider context compaction"));
  EXPECT_FALSE(suggests(profile({.body = users(1, 320)}, ProfileMeasure::rnix, 100), "near budget limit"));
  EXPECT_TRUE(suggests(profile({.body = users(1, 324)}, ProfileMeasure::rnix, 100), "near budget limit"));
  EXPECT_FALSE(suggests(profile({.body = users(1, 324)}), "near budget limit"));
}

TEST(ContextProfile, WhatTakesMoreThanAQuarterHasASuggestionOfItsOwn) {
  const auto suggestion_about = [](size_t bytes, std::string_view kind) {
    const ContextProfile found = profile({.body = users(1, 300), .system = {"system: " + std::string(bytes, 's')}});
    for (const ContextConsumer& consumer : found.consumers)
      if (consumer.kind == kind) return std::string(consumer.suggestion);
    return std::string("no such consumer");
  };
  EXPECT_EQ(suggestion_about(100, "system_prompt"), "");  // 25 of 100 tokens
  EXPECT_EQ(suggestion_about(104, "system_prompt"), "move what only some tasks need out of the system prompt");
  EXPECT_EQ(suggestion_about(104, "user"), "");
}

TEST(ContextProfile, AnEmptyContextSuggestsNothing) { EXPECT_TRUE(profile({.body = {}}).suggestions.empty()); }

TEST(ContextProfile, ScaledTokensAddUpToWhatTheCallReported) {
  const Seen seen = {.body = users(7, 33),
                     .system = {"system: be brief"},
                     .tools = {"tool_definition: {\"name\":\"read\"}"},
                     .usage = {.input = 100, .cache_read = 1'000, .cache_write = 11}};
  const ContextProfile scaled = profile(seen, ProfileMeasure::scaled);
  EXPECT_TRUE(scaled.is_scaled);
  EXPECT_EQ(scaled.total_tokens, 1'111);
  int64_t sum = 0, consumers = 0;
  for (const ContextShare& bucket : scaled.by_temperature) sum += bucket.tokens;
  for (const ContextConsumer& consumer : scaled.consumers) consumers += consumer.share.tokens;
  EXPECT_EQ(sum, 1'111);
  EXPECT_EQ(consumers, 1'111);
  EXPECT_TRUE(has_kind(scaled, "tool_definitions"));
}

TEST(ContextProfile, APartIsNotBlownUpToTheWhole) {
  const ContextProfile part =
      profile({.body = users(1, 40), .usage = {.input = 5'000}, .basis = ContextBasis::delta}, ProfileMeasure::scaled);
  EXPECT_FALSE(part.is_scaled);
  EXPECT_EQ(part.total_tokens, 10);
  EXPECT_FALSE(part.why_unknown.empty());
}

TEST(ContextProfile, AnUnknownContextSaysWhy) {
  TestSession test;
  test.call(0, 0, 10);
  const SessionView session = test.build();
  const ContextProfile unknown = profile_of(session, 0, {});
  EXPECT_FALSE(unknown.is_known);
  EXPECT_NE(unknown.why_unknown.find("absent"), std::string::npos);
}

TEST(ContextProfile, TheBudgetIsTheModelsOwnUnlessGiven) {
  const SessionView session = session_of({.body = users(1)});
  const Money money;
  const SpanFacts& call = session.spans[0].span.facts;
  EXPECT_EQ(budget_of(money, call, 5'000).tokens, 5'000);
  EXPECT_EQ(budget_of(money, call, {}).source, ContextBudget::Source::model);
  EXPECT_GT(budget_of(money, call, {}).tokens, 0);
  SpanFacts other = call;
  other.model = "nobodys-model";
  EXPECT_EQ(budget_of(money, other, {}).source, ContextBudget::Source::none);
}

TEST(FindCall, StepsSpansAndNumbers) {
  TestSession test;
  const int agent = test.agent(0, 0, 100);
  const int first = test.call(agent, 1, 2);
  const int second = test.call(agent, 3, 4);
  test.sees(first, {"user: a"});
  const SessionView session = test.build();
  const auto at = [&](int span) { return TestSession::index_of(session, span); };
  EXPECT_EQ(find_call(session, "2").value_or(-1), at(second));
  EXPECT_EQ(find_call(session, "span:0000000000000002").value_or(-1), at(first));
  EXPECT_EQ(find_call(session, "#1").value_or(-1), at(first));
  // The nearest one at or before it that is known.
  EXPECT_EQ(find_call(session, "#2").value_or(-1), at(first));
  EXPECT_EQ(find_call(session, "#99").value_or(-1), at(first));
  EXPECT_EQ(find_call(session, "#0").error().message, "no context is known at or before #0");
  EXPECT_EQ(find_call(session, "3").error().code, ErrorCode::not_found);
  EXPECT_EQ(find_call(session, "span:0000000000000001").error().code, ErrorCode::invalid);
  EXPECT_EQ(find_call(session, "span:00").error().message, "several spans begin with '00'");
  for (const char* nonsense : {"", "-1", "x", "#", "#-1", "2x", "#1.5", "99999999999999999999"})
    EXPECT_EQ(find_call(session, nonsense).error().code, ErrorCode::invalid) << nonsense;
}

TEST(FindCall, WithoutAnyContextItSaysSo) {
  TestSession test;
  test.call(0, 1, 2);
  const SessionView session = test.build();
  EXPECT_EQ(find_call(session, "#1").error().message, "no context is known of any call in this session");
}

}  // namespace strobe::analyze
