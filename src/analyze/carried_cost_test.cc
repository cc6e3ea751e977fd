#include "analyze/carried_cost.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <random>

#include "analyze/carriers.h"
#include "analyze/estimate.h"
#include "analyze/test_session.h"

namespace strobe::analyze {

namespace {

std::string text_of(size_t tokens, char letter) { return std::string(tokens * 4, letter); }

const CarriedGroup& group_of(const CarriedCost& cost, std::string_view producer) {
  for (const CarriedGroup& group : cost.groups) {
    if (group.producer == producer) return group;
  }
  static const CarriedGroup none;
  return none;
}

CarriedCost carried(const SessionView& session) {
  Money money;
  return carried_cost_of(session, money);
}

}  // namespace

TEST(CarriedCost, AToolsResultIsChargedToTheToolForEveryCallThatCarriedIt) {
  TestSession test;
  const std::string task = "user: " + text_of(100, 't');
  const std::string asks = "assistant: @c1 read_file {\"aaa\":1}";  // 9 + 9 bytes, 5 tokens
  const std::string result = "tool: @c1 " + text_of(12'000, 'r');
  test.sees(test.call(0, 0, 10), {task}, {});
  test.at(test.tool(0, 11, 15, "read_file")).span.facts.tool_call_id = "c1";
  for (int i = 0; i < 40; ++i) {
    const int call = test.call(0, 20 + 10 * i, 29 + 10 * i);
    test.sees(call, {task, asks, result}, {});
    test.usage(call, {.input = 12'105, .output = 1});
  }
  const CarriedCost cost = carried(test.build());
  EXPECT_EQ(cost.calls, 41);
  const CarriedGroup& tool = group_of(cost, "tool:read_file");
  EXPECT_EQ(tool.tokens, 480'000);
  EXPECT_EQ(tool.messages, 1);
  EXPECT_EQ(tool.cost_pico_usd, 480'000 * 3'000'000LL);  // $3 for a million
  EXPECT_EQ(tool.cost_kind, CostKind::computed);
  EXPECT_EQ(group_of(cost, "user").tokens, 100 + 40 * 100);
  const CarriedMessage& top = cost.messages[cost.top(1).front()];
  EXPECT_EQ(top.producer, "tool:read_file");
  EXPECT_EQ(top.times, 40);
  EXPECT_EQ(top.origin.how, OriginHow::tool_call_id);
}

TEST(CarriedCost, WhatCameFirstWasReadFromTheCache) {
  TestSession test;
  const int call = test.call(0, 0, 10);
  test.sees(call, {"user: " + text_of(100, 'u')}, {"system: " + text_of(300, 's')},
            {"tool_definition: " + text_of(200, 'd')});
  // Twice as many as estimated; the cache ends in the system prompt, what was written to it in the user's message.
  test.usage(call, {.input = 100, .cache_read = 600, .cache_write = 500});
  const CarriedCost cost = carried(test.build());
  const int64_t read = 300'000, write = 3'750'000, plain = 3'000'000;
  EXPECT_EQ(group_of(cost, "tool_definitions").cost_pico_usd, 400 * read);
  EXPECT_EQ(group_of(cost, "system_prompt").cost_pico_usd, 200 * read + 400 * write);
  EXPECT_EQ(group_of(cost, "user").cost_pico_usd, 100 * write + 100 * plain);
  EXPECT_EQ(cost.total.tokens, 1200);
}

TEST(CarriedCost, LeavesOutAndCountsWhatItCannotKnow) {
  TestSession test;
  test.sees(test.call(0, 0, 10), {"user: hello"}, {});
  test.call(0, 20, 30);  // content is off
  const int cut = test.call(0, 40, 50);
  test.sees(cut, {"user: hello"}, {});
  test.at(cut).span.facts.basis = ContextBasis::truncated;
  const int silent = test.call(0, 60, 70);
  test.sees(silent, {"user: hello"}, {});
  test.usage(silent, {});
  const int unpriced = test.call(0, 80, 90, "a-model-of-our-own");
  test.sees(unpriced, {"user: hello"}, {});
  const CarriedCost cost = carried(test.build());
  EXPECT_EQ(cost.calls, 2);
  EXPECT_EQ(cost.calls_without_context, 2);
  EXPECT_EQ(cost.calls_without_usage, 1);
  EXPECT_EQ(cost.total.cost_kind, CostKind::partial);
  EXPECT_EQ(cost.total.tokens, 200);
  EXPECT_EQ(cost.messages[cost.top(9).front()].times, 2);
}

TEST(CarriedCost, ResultsOfTwoToolsInOneMessageAreSplit) {
  TestSession test;
  const int call = test.call(0, 0, 10);
  test.sees(call, {"tool: @a " + text_of(30, 'x')}, {});
  SessionView session = test.build();
  Message& message = session.contexts.messages.front().message;
  message.parts.push_back(message.parts.front());
  message.parts[0].name = "one";
  message.parts[1].name = "two";
  message.parts[1].payload.text.remove_suffix(80);
  const CarriedCost cost = carried(session);
  EXPECT_EQ(group_of(cost, "tool:one").tokens, 75);
  EXPECT_EQ(group_of(cost, "tool:two").tokens, 25);
  EXPECT_EQ(cost.messages.front().producer, "tool:one");
  EXPECT_EQ(cost.messages.front().others, 1);
}

TEST(CarriedCost, AMessageOfTwoToolsIsNamedAfterTheCallItIsSaidToBeOf) {
  TestSession test;
  const int quick = test.tool(0, 0, 5, "read_file");
  test.at(quick).span.facts.tool_call_id = "a";
  const int tests = test.tool(0, 5, 9, "run_tests");
  test.at(tests).span.facts.tool_call_id = "b";
  test.sees(test.call(0, 10, 20), {"tool: @a " + text_of(30, 'x')}, {});
  SessionView session = test.build();
  Message& message = session.contexts.messages.front().message;
  message.parts.push_back(message.parts.front());
  message.parts[0].payload.text.remove_suffix(80);
  message.parts[1].id = "b";
  const CarriedCost cost = carried(session);
  const CarriedMessage& both = cost.messages.front();
  EXPECT_EQ(both.producer, "tool:run_tests");
  EXPECT_EQ(both.others, 1);
  EXPECT_EQ(both.origin.span, TestSession::index_of(session, tests));
  EXPECT_EQ(group_of(cost, "tool:read_file").tokens, 25);
  EXPECT_EQ(group_of(cost, "tool:run_tests").tokens, 75);
}

namespace {

// Calls times messages, token by token of the price's three parts.
struct SlowSum {
  double tokens = 0, pico_usd = 0;
  int64_t times = 0;
};

std::map<int32_t, SlowSum> slow_sums(const SessionView& session) {
  const SessionContexts& contexts = session.contexts;
  const std::vector<int64_t> estimates = estimated_tokens(contexts);
  std::map<int32_t, SlowSum> sums;
  Money money;
  for (size_t i = 0; i < session.spans.size(); ++i) {
    const SpanFacts& facts = session.spans[i].span.facts;
    if (!session.spans[i].is_llm_call || contexts.of_span[i] < 0) continue;
    const SessionContexts::Context& context = contexts.contexts[contexts.of_span[i]];
    std::vector<int32_t> messages = contexts.heads[context.head].tools;
    for (const int32_t message : contexts.heads[context.head].system) messages.push_back(message);
    for (const int32_t message : contexts.bodies.messages(context.body)) messages.push_back(message);
    double all = 0;
    for (const int32_t message : messages) all += static_cast<double>(estimates[message]);
    const auto reported = static_cast<double>(facts.usage.total_input());
    if (all == 0 || reported == 0) continue;
    const double ends[] = {static_cast<double>(facts.usage.cache_read),
                           static_cast<double>(facts.usage.cache_read + facts.usage.cache_write), reported};
    const double prices[] = {0.3e6, 3.75e6, 3e6};
    double at = 0;
    for (const int32_t message : messages) {
      const double end = at + static_cast<double>(estimates[message]) * reported / all;
      SlowSum& sum = sums[message];
      ++sum.times;
      sum.tokens += end - at;
      double begin = 0;
      for (int part = 0; part < 3; ++part) {
        sum.pico_usd += std::max(0.0, std::min(end, ends[part]) - std::max(at, begin)) * prices[part];
        begin = ends[part];
      }
      at = end;
    }
  }
  return sums;
}

SessionView random_session(std::mt19937& random) {
  const auto below = [&](int limit) { return static_cast<int>(random() % static_cast<unsigned>(limit)); };
  TestSession test;
  std::vector<std::vector<std::string>> bodies{{}};
  for (int i = 1 + below(20); i > 0; --i) {
    std::vector<std::string> body = bodies[below(static_cast<int>(bodies.size()))];
    if (!body.empty() && below(3) == 0) body.resize(below(static_cast<int>(body.size())));
    for (int more = below(4); more > 0; --more)
      body.push_back("user: " + text_of(below(9), static_cast<char>('a' + below(5))));
    bodies.push_back(body);
    const int call = test.call(0, i, i + 1);
    test.sees(call, body, {"system: " + text_of(below(3), 's')}, {"tool_definition: " + text_of(below(3), 'd')});
    test.usage(call, {.input = below(40), .cache_read = below(3) * below(20), .cache_write = below(2) * below(20)});
  }
  return test.build();
}

}  // namespace

TEST(CarriedCost, IsThatOfTheSlowObviousWay) {
  std::mt19937 random(7);
  int compared = 0;
  for (int round = 0; round < 500; ++round) {
    const SessionView session = random_session(random);
    const CarriedCost cost = carried(session);
    std::map<int32_t, SlowSum> slow = slow_sums(session);
    double total = 0;
    for (size_t i = 0; i < cost.messages.size(); ++i) {
      const SlowSum& expected = slow[static_cast<int32_t>(i)];
      ASSERT_EQ(cost.messages[i].times, expected.times);
      ASSERT_NEAR(static_cast<double>(cost.messages[i].tokens), expected.tokens, 0.51);
      ASSERT_NEAR(static_cast<double>(cost.messages[i].cost_pico_usd), expected.pico_usd, 1 + 1e-9 * expected.pico_usd);
      total += expected.pico_usd;
      compared += expected.times > 1 ? 1 : 0;
    }
    ASSERT_NEAR(static_cast<double>(cost.total.cost_pico_usd), total, 1 + 1e-9 * total);
    int64_t tokens = 0;
    for (const CarriedGroup& group : cost.groups) tokens += group.tokens;
    ASSERT_EQ(tokens, cost.total.tokens) << "round " << round;
  }
  EXPECT_GT(compared, 500);
}

TEST(Carriers, AreTheCallsWhoseContextsHoldTheMessage) {
  std::mt19937 random(8);
  for (int round = 0; round < 100; ++round) {
    const SessionView session = random_session(random);
    const SessionContexts& contexts = session.contexts;
    const std::vector<FirstCarrier> first = first_carriers_of(session);
    for (size_t message = 0; message < contexts.messages.size(); ++message) {
      std::vector<int32_t> expected;
      for (size_t i = 0; i < session.spans.size(); ++i) {
        if (contexts.of_span[i] < 0) continue;
        const SessionContexts::Context& context = contexts.contexts[contexts.of_span[i]];
        std::vector<int32_t> all = contexts.bodies.messages(context.body);
        for (const int32_t tool : contexts.heads[context.head].tools) all.push_back(tool);
        for (const int32_t system : contexts.heads[context.head].system) all.push_back(system);
        if (std::ranges::find(all, static_cast<int32_t>(message)) != all.end())
          expected.push_back(static_cast<int32_t>(i));
      }
      ASSERT_EQ(carriers_of(session, static_cast<int32_t>(message)), expected);
      ASSERT_EQ(first[message].span, expected.empty() ? -1 : expected.front());
    }
  }
}

}  // namespace strobe::analyze
