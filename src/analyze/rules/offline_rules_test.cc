#include <gtest/gtest.h>

#include "analyze/rules/rules_test_util.h"
#include "analyze/test_session.h"

// The rules of attocode's offline detector: just below and just above each threshold.

namespace strobe::analyze {

namespace {

// One agent; each call has the given input, of which so much comes from the cache.
SessionView session_of_usage(const std::vector<Usage>& usages) {
  TestSession test;
  const int agent = test.agent(0, 0, 100'000);
  for (size_t i = 0; i < usages.size(); ++i) {
    const auto at = static_cast<int64_t>(i) * 10;
    test.usage(test.call(agent, at, at + 5), usages[i]);
  }
  return test.build();
}

Usage cached(int64_t percent, int64_t input = 10'000) {
  return {.input = input * (100 - percent) / 100, .cache_read = input * percent / 100, .output = 10};
}

TEST(CacheInvalidation, FromAboveSixtyToBelowTwentyOrByMoreThanFiftyPoints) {
  EXPECT_EQ(found(session_of_usage({cached(60), cached(19)}), "cache_invalidation"), "");
  EXPECT_EQ(found(session_of_usage({cached(61), cached(20)}), "cache_invalidation"), "");
  EXPECT_EQ(found(session_of_usage({cached(61), cached(19)}), "cache_invalidation"),
            "[medium] Cache hit rate fell from 61% to 19% at step 2\n");
  EXPECT_EQ(found(session_of_usage({cached(90), cached(40)}), "cache_invalidation"), "");
  EXPECT_EQ(found(session_of_usage({cached(90), cached(39)}), "cache_invalidation"),
            "[medium] Cache hit rate fell from 90% to 39% at step 2\n");
}

TEST(CacheInvalidation, PromptsTooShortForACacheAreNotJudged) {
  EXPECT_EQ(found(session_of_usage({cached(90), cached(0, 1023)}), "cache_invalidation"), "");
  EXPECT_EQ(found(session_of_usage({cached(90), cached(0, 1024)}), "cache_invalidation"),
            "[medium] Cache hit rate fell from 90% to 0% at step 2\n");
}

TEST(CacheInvalidation, AllThatWasSentBeforeWasReadAndMuchIsNew) {
  const Usage big{.input = 20'000, .cache_read = 9'000, .output = 10};
  EXPECT_EQ(found(session_of_usage({cached(90), big}), "cache_invalidation"), "");
  const Usage lost{.input = 26'000, .cache_read = 3'000, .output = 10};
  EXPECT_EQ(found(session_of_usage({cached(90), lost}), "cache_invalidation"),
            "[medium] Cache hit rate fell from 90% to 10% at step 2\n");
}

TEST(CacheInvalidation, IsOfOneAgentNotOfWhatComesNext) {
  TestSession test;
  const int main = test.agent(0, 0, 1000, "main");
  test.usage(test.call(main, 0, 5), cached(90));
  test.usage(test.call(test.agent(main, 10, 20, "helper"), 10, 15), cached(0));
  EXPECT_EQ(found(test.build(), "cache_invalidation"), "");
}

// Steps with one tool each; 'x' fails, '.' does not.
SessionView session_of_steps(std::string_view steps) {
  TestSession test;
  const int agent = test.agent(0, 0, 100'000);
  int64_t at = 0;
  for (const char step : steps) {
    test.call(agent, at, at + 5);
    const int tool = test.tool(agent, at + 6, at + 9, "bash");
    if (step == 'x') test.fail(tool, "exit");
    at += 10;
  }
  return test.build();
}

TEST(ErrorStreak, ThreeStepsInARowAreHighAndCriticalAtTheEnd) {
  EXPECT_EQ(found(session_of_steps("xx.xx."), "error_streak"), "");
  EXPECT_EQ(found(session_of_steps("xxx."), "error_streak"), "[high] A tool failed in each of 3 steps in a row\n");
  EXPECT_EQ(found(session_of_steps(".xxx"), "error_streak"),
            "[critical] A tool failed in each of 3 steps in a row, up to the end\n");
}

SessionView session_of_tools(const std::vector<int64_t>& durations_ms) {
  TestSession test;
  const int agent = test.agent(0, 0, 1'000'000);
  test.call(agent, 0, 5);
  int64_t at = 10;
  for (const int64_t duration : durations_ms) {
    test.tool(agent, at, at + duration, "search");
    at += duration;
  }
  return test.build();
}

TEST(SlowTool, AveragesAndSingleCalls) {
  EXPECT_EQ(found(session_of_tools({5'000}), "slow_tool"), "");
  EXPECT_EQ(found(session_of_tools({5'100, 4'950}), "slow_tool"), "[medium] Tool \"search\" takes 5.0 s on average\n");
  EXPECT_EQ(found(session_of_tools({10'000}), "slow_tool"), "[medium] Tool \"search\" takes 10.0 s on average\n");
  EXPECT_EQ(found(session_of_tools({10'001}), "slow_tool"), "[high] Tool \"search\" takes 10.0 s on average\n");
  EXPECT_EQ(found(session_of_tools({30'000, 1, 1, 1, 1, 1, 1}), "slow_tool"), "");
  EXPECT_EQ(found(session_of_tools({30'001, 1, 1, 1, 1, 1, 1}), "slow_tool"),
            "[medium] One call of tool \"search\" took 30.0 s\n");
}

TEST(SlowTool, OneThatIsThereToWaitIsNotSlow) {
  const auto session = [](std::string_view name, std::string_view arguments, std::string_view result) {
    TestSession test;
    const int agent = test.agent(0, 0, 1'000'000);
    test.call(agent, 0, 5);
    for (int i = 0; i < 2; ++i) test.tool(agent, 10 + i * 50'000, 40'010 + i * 50'000, name, arguments, result);
    return test.build();
  };
  EXPECT_EQ(found(session("sleep", "{}", "slept"), "slow_tool"), "");
  EXPECT_EQ(found(session("bash", R"({"command":"sleep 40"})", ""), "slow_tool"), "");
  EXPECT_EQ(found(session("build_status", "{}", "compiling"), "slow_tool"), "");
  EXPECT_EQ(found(session("bash", R"({"command":"make"})", "compiled"), "slow_tool"),
            "[high] Tool \"bash\" takes 40.0 s on average\n");
}

TEST(SlowTool, OneThatLooksAtAStateByItsNameIsNotSlowWhateverItSees) {
  const auto session = [](std::string_view name, bool fails) {
    TestSession test;
    const int agent = test.agent(0, 0, 1'000'000);
    test.call(agent, 0, 5);
    for (int i = 0; i < 3; ++i) {
      const int64_t at = 10 + i * 50'000;
      const int tool = test.tool(agent, at, at + 40'000, name, "{}", std::to_string(i * 10) + "% in progress");
      if (fails) test.fail(tool, "timeout");
    }
    return test.build();
  };
  EXPECT_EQ(found(session("job_status", false), "slow_tool"), "");
  EXPECT_EQ(found(session("job_status", true), "slow_tool"), "");
  EXPECT_EQ(found(session("get_job", false), "slow_tool"), "[high] Tool \"get_job\" takes 40.0 s on average\n")
      << "each answer came once: it may as well be at work";
}

TEST(SlowTool, OneThatAsksAnAgentIsNotSlowItself) {
  TestSession test;
  const int agent = test.agent(0, 0, 1'000'000);
  const int tool = test.tool(agent, 0, 60'000, "ask");
  test.call(test.agent(tool, 0, 60'000, "helper"), 0, 59'000);
  EXPECT_EQ(found(test.build(), "slow_tool"), "");
}

TEST(TokenSpike, MoreThanThreeTimesAndMoreThanTenThousand) {
  EXPECT_EQ(found(session_of_usage({{.input = 4'000}, {.input = 12'000}}), "token_spike"), "");
  EXPECT_EQ(found(session_of_usage({{.input = 4'000}, {.input = 12'001}}), "token_spike"),
            "[medium] Step 2 took 12001 tokens after 4000\n");
  EXPECT_EQ(found(session_of_usage({{.input = 10}, {.input = 10'000}}), "token_spike"), "");
  EXPECT_EQ(found(session_of_usage({{.input = 10}, {.input = 10'001}}), "token_spike"),
            "[medium] Step 2 took 10001 tokens after 10\n");
  EXPECT_EQ(found(session_of_usage({{}, {.input = 20'000}}), "token_spike"), "") << "from nothing is no rise";
}

TEST(ThinkingOverhead, MoreThanSeventyPercent) {
  EXPECT_EQ(found(session_of_usage({{.output = 900, .reasoning = 2'100}}), "thinking_overhead"), "");
  EXPECT_EQ(found(session_of_usage({{.output = 899, .reasoning = 2'100}}), "thinking_overhead"),
            "[medium] 70% of the output was reasoning\n");
  EXPECT_EQ(found(session_of_usage({{.output = 1, .reasoning = 999}}), "thinking_overhead"), "");
}

SessionView session_of_subagents(std::string_view first, std::string_view second = "") {
  TestSession test;
  const int main = test.agent(0, 0, 100'000, "main");
  int64_t at = 10;
  for (const auto& [name, runs] : {std::pair("reader", first), std::pair("writer", second)}) {
    for (const char run : runs) {
      const int agent = test.agent(main, at, at + 9, name);
      if (run == 'x') test.fail(agent);
      at += 10;
    }
  }
  return test.build();
}

TEST(SubagentInefficiency, TwoOfATypeAreMediumThreeAreHigh) {
  EXPECT_EQ(found(session_of_subagents("x...", "x..."), "subagent_inefficiency"), "");
  EXPECT_EQ(found(session_of_subagents("xx.."), "subagent_inefficiency"),
            "[medium] Sub-agent \"reader\" failed 2 times\n");
  EXPECT_EQ(found(session_of_subagents("xxx..."), "subagent_inefficiency"),
            "[high] Sub-agent \"reader\" failed 3 times\n");
}

TEST(SubagentInefficiency, MoreThanHalfOfThreeAndMoreAreHigh) {
  EXPECT_EQ(found(session_of_subagents("x.", "x."), "subagent_inefficiency"), "") << "half is not more than half";
  EXPECT_EQ(found(session_of_subagents("x.", "x"), "subagent_inefficiency"), "[high] 2 of 3 sub-agents failed\n");
  EXPECT_EQ(found(session_of_subagents("x", "x"), "subagent_inefficiency"), "") << "two are too few";
}

TEST(SubagentInefficiency, AWrapperOfTheSameNameIsNoSubAgent) {
  TestSession test;
  int agent = test.agent(0, 0, 1000, "main");
  for (int i = 0; i < 4; ++i) {
    agent = test.agent(agent, i, 1000 - i, "main");
    test.fail(agent);
  }
  EXPECT_EQ(found(test.build(), "subagent_inefficiency"), "");
}

// claude-sonnet-4, as TestSession has it: its window is the price list's.
int64_t window() {
  const prices::Model* model = prices::built_in().find("anthropic", "claude-sonnet-4");
  return model == nullptr ? 0 : model->context_window.value_or(0);
}

TEST(ContextLimitWarning, GoesByTheLargestSingleRequest) {
  const int64_t whole = window();
  ASSERT_GT(whole, 0);
  EXPECT_EQ(found(session_of_usage({{.input = whole / 10 * 7}}), "context_limit_warning"), "");
  EXPECT_EQ(found(session_of_usage({{.input = whole / 10 * 7 + 1}}), "context_limit_warning"),
            "[medium] A request filled 70% of the context window\n");
  EXPECT_EQ(found(session_of_usage({{.input = whole / 10 * 9}}), "context_limit_warning"),
            "[medium] A request filled 90% of the context window\n");
  EXPECT_EQ(found(session_of_usage({{.input = 10, .cache_read = whole / 10 * 9}}), "context_limit_warning"),
            "[critical] A request filled 90% of the context window\n");
  const std::vector<Usage> many(50, {.input = whole / 2});
  EXPECT_EQ(found(session_of_usage(many), "context_limit_warning"), "") << "never summed over the session";
}

TEST(ContextLimitWarning, AModelWithoutAKnownWindowIsNotJudged) {
  TestSession test;
  const int call = test.call(test.agent(0, 0, 10), 0, 5, "nobodys-model");
  test.usage(call, {.input = 100'000'000});
  EXPECT_EQ(found(test.build(), "context_limit_warning"), "");
}

SessionView session_of_timeouts(int timeouts) {
  TestSession test;
  const int agent = test.agent(0, 0, 100'000);
  test.call(agent, 0, 5);
  test.fail(test.tool(agent, 10, 20, "fetch"), "refused");
  for (int i = 0; i < timeouts; ++i) test.fail(test.tool(agent, 30 + i * 10, 35 + i * 10, "fetch"), "TimeoutError");
  return test.build();
}

TEST(ToolTimeoutPatterns, TwoAreMediumThreeAreHigh) {
  EXPECT_EQ(found(session_of_timeouts(1), "tool_timeout_patterns"), "");
  EXPECT_EQ(found(session_of_timeouts(2), "tool_timeout_patterns"), "[medium] Tool \"fetch\" timed out 2 times\n");
  EXPECT_EQ(found(session_of_timeouts(3), "tool_timeout_patterns"), "[high] Tool \"fetch\" timed out 3 times\n");
}

}  // namespace

}  // namespace strobe::analyze
