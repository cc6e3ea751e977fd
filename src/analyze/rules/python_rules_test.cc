#include <gtest/gtest.h>

#include "analyze/rules/rules_test_util.h"
#include "analyze/test_session.h"

// The rules of attocode's Python generation: just below and just above each threshold.

namespace strobe::analyze {

namespace {

SessionView session_of_talk(int steps, bool has_users) {
  TestSession test;
  const int agent = test.agent(0, 0, 100'000);
  std::vector<std::string> messages = {"user: go"};
  for (int i = 0; i < steps; ++i) {
    const int call = test.call(agent, i * 10, i * 10 + 5);
    test.sees(call, messages);
    const std::string answer = "assistant: thought " + std::to_string(i);
    test.answers(call, {answer});
    messages.push_back(answer);
    if (has_users) messages.push_back("user: and " + std::to_string(i));
  }
  return test.build();
}

TEST(Spinning, MoreThanFifteenStepsWithoutATool) {
  EXPECT_EQ(found(session_of_talk(15, false), "spinning"), "");
  EXPECT_EQ(found(session_of_talk(16, false), "spinning"), "[high] Session took 16 steps without a tool\n");
  EXPECT_EQ(found(session_of_talk(40, true), "spinning"), "") << "a conversation is none";
}

TEST(Spinning, AToolBetweenBeginsItAnew) {
  TestSession test;
  const int agent = test.agent(0, 0, 100'000);
  for (int i = 0; i < 30; ++i) {
    test.call(agent, i * 10, i * 10 + 5);
    if (i == 14) test.tool(agent, i * 10 + 6, i * 10 + 9, "bash");
  }
  EXPECT_EQ(found(test.build(), "spinning"), "");
}

SessionView session_of_usage(const std::vector<int64_t>& inputs) {
  TestSession test;
  const int agent = test.agent(0, 0, 100'000);
  int64_t at = 0;
  for (const int64_t input : inputs) {
    test.usage(test.call(agent, at, at + 5), {.input = input});
    at += 10;
  }
  return test.build();
}

TEST(TokenOutlier, MoreThanTwiceTheAverageOfThreeAndMore) {
  EXPECT_EQ(found(session_of_usage({100, 100, 400}), "token_outlier"), "") << "exactly twice the average of 200";
  EXPECT_EQ(found(session_of_usage({100, 100, 403}), "token_outlier"),
            "[low] 1 call took more than 200% of the average tokens\n");
  EXPECT_EQ(found(session_of_usage({100, 100, 10'000}), "token_outlier"),
            "[low] 1 call took more than 200% of the average tokens\n");
  EXPECT_EQ(found(session_of_usage({100, 100, 10'001}), "token_outlier"),
            "[medium] 1 call took more than 200% of the average tokens\n");
  EXPECT_EQ(found(session_of_usage({1, 100'000}), "token_outlier"), "") << "two have no average";
}

TEST(TokenOutlier, AConversationThatGrowsEvenlyHasNone) {
  std::vector<int64_t> inputs;
  for (int64_t i = 1; i <= 200; ++i) inputs.push_back(i * 1'000);
  EXPECT_EQ(found(session_of_usage(inputs), "token_outlier"), "");
}

// A conversation that is cut `compactions` times, every `distance` steps.
SessionView session_of_compactions(int compactions, int distance) {
  TestSession test;
  const int agent = test.agent(0, 0, 1'000'000);
  std::vector<std::string> messages = {"user: go"};
  for (int i = 0; i <= compactions * distance; ++i) {
    if (i > 0 && i % distance == 0) messages = {"user: go", "user: summary " + std::to_string(i)};
    const int call = test.call(agent, i * 10, i * 10 + 5);
    test.sees(call, messages);
    messages.push_back("assistant: a long story about step " + std::to_string(i) + std::string(400, '.'));
  }
  return test.build();
}

TEST(FrequentCompactions, MoreThanThreeWithinTwentySteps) {
  EXPECT_EQ(found(session_of_compactions(3, 4), "frequent_compactions"), "");
  EXPECT_EQ(found(session_of_compactions(4, 4), "frequent_compactions"),
            "[medium] 4 compactions of one conversation\n");
  EXPECT_EQ(found(session_of_compactions(4, 7), "frequent_compactions"), "") << "four within 21 steps and more";
}

TEST(FrequentCompactions, WhatTheAgentSaysCounts) {
  TestSession test;
  const int agent = test.agent(0, 0, 100'000);
  for (int i = 0; i < 8; ++i) {
    test.call(agent, i * 10, i * 10 + 5);
    if (i % 2 == 0) test.add(Kind::span, agent, i * 10 + 6, i * 10 + 6, "context.compacted");
  }
  EXPECT_EQ(found(test.build(), "frequent_compactions"), "[medium] 4 compactions of one conversation\n");
}

TEST(EmptyResponse, OnlyWhereTheOutputIsTold) {
  const auto session = [](int64_t output, bool is_told, bool has_failed) {
    TestSession test;
    const int call = test.call(test.agent(0, 0, 100), 0, 5);
    test.usage(call, {.input = 10, .output = output});
    if (is_told) test.at(call).span.reported.output = output;
    if (has_failed) test.fail(call);
    return test.build();
  };
  EXPECT_EQ(found(session(0, true, false), "empty_response"), "[low] 1 call got an empty answer\n");
  EXPECT_EQ(found(session(1, true, false), "empty_response"), "");
  EXPECT_EQ(found(session(0, false, false), "empty_response"), "");
  EXPECT_EQ(found(session(0, true, true), "empty_response"), "");
}

SessionView session_of_tools(int calls, int failures) {
  TestSession test;
  const int agent = test.agent(0, 0, 100'000);
  test.call(agent, 0, 5);
  for (int i = 0; i < calls; ++i) {
    const int tool = test.tool(agent, 10 + i * 10, 15 + i * 10, "bash");
    if (i < failures) test.fail(tool);
  }
  return test.build();
}

TEST(ToolErrorRate, MoreThanThirtyPercentOfThreeAndMore) {
  EXPECT_EQ(found(session_of_tools(10, 3), "tool_error_rate"), "");
  EXPECT_EQ(found(session_of_tools(10, 4), "tool_error_rate"), "[high] 4 of 10 tool calls failed\n");
  EXPECT_EQ(found(session_of_tools(2, 2), "tool_error_rate"), "");
  EXPECT_EQ(found(session_of_tools(3, 2), "tool_error_rate"), "[high] 2 of 3 tool calls failed\n");
  EXPECT_EQ(found(session_of_tools(3, 1), "tool_error_rate"), "[low] 1 of 3 tool calls failed\n")
      << "one is no pattern";
}

TEST(ContextOverflow, ARefusedRequestIsCritical) {
  const auto session = [](std::string_view error, std::string_view message, std::string_view reason) {
    TestSession test;
    static RawSpan raw;
    raw.status_message = message;
    const int call = test.call(test.agent(0, 0, 100), 0, 5);
    if (!error.empty()) test.fail(call, error);
    if (!reason.empty()) test.at(call).span.finish_reasons = {std::string(reason)};
    test.at(call).raw = &raw;
    return test.build();
  };
  const std::string critical = "[critical] The context window was exceeded\n";
  EXPECT_EQ(found(session("BadRequestError", "Prompt is too long: 210000 tokens", ""), "context_overflow"), critical);
  EXPECT_EQ(found(session("context_length_exceeded", "", ""), "context_overflow"), critical);
  EXPECT_EQ(found(session("", "", "model_context_window_exceeded"), "context_overflow"), critical);
  EXPECT_EQ(found(session("BadRequestError", "no such tool", ""), "context_overflow"), "");
  EXPECT_EQ(found(session("", "about the context window", ""), "context_overflow"), "") << "nothing failed";
}

// Three steps with `before` tools each, a warning, three with `after`.
SessionView session_of_budget(int before, int after, bool changes_mode) {
  TestSession test;
  const int agent = test.agent(0, 0, 100'000);
  for (int i = 0; i < 6; ++i) {
    test.call(agent, i * 100, i * 100 + 5);
    for (int j = 0; j < (i < 3 ? before : after); ++j) test.tool(agent, i * 100 + 10 + j, i * 100 + 11 + j, "bash");
    if (i == 2) test.add(Kind::span, agent, 290, 290, "budget_warning");
    if (i == 3 && changes_mode) test.add(Kind::span, agent, 390, 390, "mode_change");
  }
  return test.build();
}

TEST(BudgetWarningIgnored, WantsHalfAsManyToolsOrAnotherMode) {
  EXPECT_EQ(found(session_of_budget(4, 2, false), "budget_warning_ignored"), "");
  EXPECT_EQ(found(session_of_budget(4, 3, false), "budget_warning_ignored"),
            "[medium] 1 budget warning made no difference\n");
  EXPECT_EQ(found(session_of_budget(4, 4, true), "budget_warning_ignored"), "");
}

TEST(SubagentTimeout, IsHigh) {
  const auto session = [](std::string_view error) {
    TestSession test;
    test.fail(test.agent(test.agent(0, 0, 100, "main"), 10, 90, "helper"), error);
    return test.build();
  };
  EXPECT_EQ(found(session("timeout"), "subagent_timeout"), "[high] 1 sub-agent timed out\n");
  EXPECT_EQ(found(session("refused"), "subagent_timeout"), "");
}

TEST(SwarmCascade, MoreThanThirtyPercentLost) {
  const auto session = [](int completed, int failed, int skipped) {
    TestSession test;
    static RawSpan raw;
    static KeyValue phase;
    phase = {"attocode.phase", Value::of_string("skipped")};
    raw.attributes = std::span(&phase, 1);
    const int swarm = test.add(Kind::workflow, test.agent(0, 0, 1000, "main"), 0, 900, "swarm");
    const int wave = test.add(Kind::workflow, swarm, 0, 800, "wave 1");
    for (int i = 0; i < completed; ++i) test.agent(i == 0 ? swarm : wave, 10 + i, 20 + i, "task");
    for (int i = 0; i < failed; ++i) test.fail(test.agent(wave, 10 + i, 20 + i, "task"), "failed");
    for (int i = 0; i < skipped; ++i) test.at(test.agent(wave, 10 + i, 10 + i, "task")).raw = &raw;
    return test.build();
  };
  EXPECT_EQ(found(session(7, 2, 1), "swarm_cascade"), "");
  EXPECT_EQ(found(session(6, 2, 2), "swarm_cascade"), "[high] 4 of 10 tasks of the swarm came to nothing\n");
}

TEST(SwarmConflicts, MoreThanTwoInAWave) {
  const auto session = [](int conflicts, bool is_one_wave) {
    TestSession test;
    static RawSpan raws[8];
    static KeyValue attributes[8];
    const int main = test.agent(0, 0, 1000, "main");
    for (int i = 0; i < conflicts; ++i) {
      attributes[i] = {"attocode.wave", Value::of_int64(is_one_wave ? 1 : i)};
      raws[i].attributes = std::span(&attributes[i], 1);
      test.at(test.add(Kind::span, main, i, i, "swarm_conflict")).raw = &raws[i];
    }
    return test.build();
  };
  EXPECT_EQ(found(session(2, true), "swarm_conflicts"), "");
  EXPECT_EQ(found(session(3, true), "swarm_conflicts"), "[medium] 3 conflicts in wave 1 of the swarm\n");
  EXPECT_EQ(found(session(6, false), "swarm_conflicts"), "");
}

}  // namespace

}  // namespace strobe::analyze
