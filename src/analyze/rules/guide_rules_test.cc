#include <gtest/gtest.h>

#include "analyze/findings.h"
#include "analyze/health_score.h"
#include "analyze/rules/rules_test_util.h"
#include "analyze/test_session.h"

// The guide's four rules: just below and just above each threshold.

namespace strobe::analyze {

namespace {

void add_calls(TestSession& test, int agent, int count, int64_t from_ms = 0) {
  for (int i = 0; i < count; ++i) test.call(agent, from_ms + i * 10, from_ms + i * 10 + 5);
}

SessionView session_of_iterations(int count) {
  TestSession test;
  add_calls(test, test.agent(0, 0, 10'000), count);
  return test.build();
}

TEST(ExcessiveIterations, SevenAreFineEightAreMediumElevenAreHigh) {
  EXPECT_EQ(found(session_of_iterations(7), "excessive_iterations"), "");
  EXPECT_EQ(found(session_of_iterations(8), "excessive_iterations"), "[medium] Session used 8 iterations\n");
  EXPECT_EQ(found(session_of_iterations(10), "excessive_iterations"), "[medium] Session used 10 iterations\n");
  EXPECT_EQ(found(session_of_iterations(11), "excessive_iterations"), "[high] Session used 11 iterations\n");
}

TEST(ExcessiveIterations, SubAgentsAreNotIterationsOfTheirParent) {
  TestSession test;
  const int main = test.agent(0, 0, 10'000, "main");
  add_calls(test, main, 6);
  for (int i = 0; i < 3; ++i) {
    const int tool = test.tool(main, 1000 + i * 1000, 1900 + i * 1000, "ask");
    add_calls(test, test.agent(tool, 1000 + i * 1000, 1900 + i * 1000, "helper"), 7, 1001 + i * 1000);
  }
  EXPECT_EQ(found(test.build(), "excessive_iterations"), "");
  TestSession more;
  const int asking = more.agent(0, 0, 10'000, "main");
  add_calls(more, asking, 6);
  add_calls(more, more.agent(asking, 1000, 1900, "helper"), 8, 1001);
  EXPECT_EQ(found(more.build(), "excessive_iterations"), "[medium] Agent \"helper\" used 8 iterations\n");
}

TEST(ExcessiveIterations, SaysWhatTheIterationsBeyondTheLimitCost) {
  TestSession test;
  const int agent = test.agent(0, 0, 10'000);
  add_calls(test, agent, 12);
  const SessionView session = test.build();
  const std::vector<Finding> findings = findings_by(session, "excessive_iterations");
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].tokens, 5 * 110);
  EXPECT_EQ(findings[0].duration.ns, 5 * 5'000'000);
  EXPECT_EQ(findings[0].evidence.size(), 5u);
  EXPECT_EQ(findings[0].step, 8);
}

// One conversation; each call has `scale` times 1,000 tokens of input, of which so many times `cached` come from the
// cache.
SessionView session_of_cache(int steps, int64_t cached, bool is_told = true, int64_t scale = 10) {
  TestSession test;
  const int agent = test.agent(0, 0, 10'000);
  for (int i = 0; i < steps; ++i) {
    const int call = test.call(agent, i * 10, i * 10 + 5);
    test.usage(call, {.input = (1000 - cached) * scale, .cache_read = cached * scale, .output = 10});
    if (is_told) test.at(call).span.reported.cache_read = cached * scale;
  }
  return test.build();
}

TEST(CacheInefficiency, BelowHalfWithThreeStepsBelowThirtyPercentWithTwo) {
  EXPECT_EQ(found(session_of_cache(3, 500), "cache_inefficiency"), "");
  EXPECT_EQ(found(session_of_cache(3, 499), "cache_inefficiency"), "[medium] Below-average cache hit rate: 49.9%\n");
  EXPECT_EQ(found(session_of_cache(2, 499), "cache_inefficiency"), "");
  EXPECT_EQ(found(session_of_cache(2, 300), "cache_inefficiency"), "");
  EXPECT_EQ(found(session_of_cache(3, 300), "cache_inefficiency"), "[medium] Below-average cache hit rate: 30%\n");
  EXPECT_EQ(found(session_of_cache(2, 299), "cache_inefficiency"), "[high] Low cache hit rate: 29.9%\n");
  EXPECT_EQ(found(session_of_cache(1, 0), "cache_inefficiency"), "");
  EXPECT_EQ(found(session_of_cache(3, 337), "cache_inefficiency"), "[medium] Below-average cache hit rate: 34%\n");
}

TEST(CacheInefficiency, WhatTellsNothingOfACacheIsNotJudged) {
  EXPECT_EQ(found(session_of_cache(5, 0, false), "cache_inefficiency"), "");
  EXPECT_EQ(found(session_of_cache(5, 0, true), "cache_inefficiency"), "[high] Low cache hit rate: 0%\n");
}

TEST(CacheInefficiency, BeginningsTooShortForACacheAreLow) {
  EXPECT_EQ(found(session_of_cache(2, 0, true, 1), "cache_inefficiency"), "[low] Low cache hit rate: 0%\n");
  EXPECT_EQ(findings_by(session_of_cache(2, 0, true, 1), "cache_inefficiency")[0].evidence_text,
            "Over 2 iterations 0 of 2000 input tokens came from the cache, 0% of what had been sent before; most "
            "providers do not cache beginnings below 1024 tokens, and the longest was 1000");
  for (const int64_t first : {1023, 1024}) {
    TestSession test;
    const int agent = test.agent(0, 0, 10'000);
    for (int i = 0; i < 2; ++i) {
      const int call = test.call(agent, i * 10, i * 10 + 5);
      test.usage(call, {.input = i == 0 ? first : 100'000, .output = 10});
      test.at(call).span.reported.cache_read = 0;
    }
    EXPECT_EQ(found(test.build(), "cache_inefficiency"),
              std::string(first < 1024 ? "[low]" : "[high]") + " Low cache hit rate: 0%\n");
  }
}

// Each call's input and what of it came from the cache.
SessionView session_of_reads(const std::vector<std::pair<int64_t, int64_t>>& calls) {
  TestSession test;
  const int agent = test.agent(0, 0, 10'000);
  int64_t at = 0;
  for (const auto& [input, read] : calls) {
    const int call = test.call(agent, at, at + 5);
    test.usage(call, {.input = input - read, .cache_read = read, .output = 10});
    test.at(call).span.reported.cache_read = read;
    at += 10;
  }
  return test.build();
}

// The guide goes by the plain rate. That the first call finds nothing and news are never there is said beside it.
TEST(CacheInefficiency, SaysWhatOfThatWhichWasSentBeforeWasThere) {
  const SessionView session = session_of_reads({{2'000, 0}, {2'200, 1'900}, {2'400, 2'100}, {9'000, 2'300}});
  EXPECT_EQ(found(session, "cache_inefficiency"), "[medium] Below-average cache hit rate: 40%\n");
  EXPECT_EQ(findings_by(session, "cache_inefficiency")[0].evidence_text,
            "Over 4 iterations 6300 of 15600 input tokens came from the cache, 95% of what had been sent before");
}

TEST(CacheInefficiency, CallsWithoutACountAreNoIterations) {
  // The second was cut before anything was counted.
  EXPECT_EQ(found(session_of_reads({{2'000, 0}, {0, 0}}), "cache_inefficiency"), "");
}

TEST(CacheInefficiency, SaysWhatWasSentAgain) {
  const SessionView session = session_of_cache(3, 100);
  const std::vector<Finding> findings = findings_by(session, "cache_inefficiency");
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].tokens, 18'000) << "9,000 of each call but the first";
  EXPECT_EQ(findings[0].cost_kind, CostKind::computed);
  EXPECT_GT(findings[0].cost_pico_usd, 0);
  EXPECT_EQ(findings[0].evidence.size(), 2u);
}

TEST(CacheInefficiency, ManyShortSubAgentsAreNoBadSession) {
  TestSession test;
  const int main = test.agent(0, 0, 10'000);
  for (int i = 0; i < 9; ++i) {
    const int call = test.call(test.agent(main, i * 100, i * 100 + 50, "helper"), i * 100, i * 100 + 50);
    test.at(call).span.reported.cache_read = 0;
  }
  EXPECT_EQ(found(test.build(), "cache_inefficiency"), "");
}

SessionView session_of_tools(int count, bool is_same) {
  TestSession test;
  const int agent = test.agent(0, 0, 10'000);
  test.call(agent, 0, 5);
  for (int i = 0; i < count; ++i) {
    test.tool(agent, 10 + i * 10, 15 + i * 10, "read_file",
              is_same ? R"({"path":"a"})" : "{\"path\":" + std::to_string(i) + "}");
  }
  return test.build();
}

TEST(RedundantToolCalls, FiveAreHigh) {
  EXPECT_EQ(found(session_of_tools(4, true), "redundant_tool_calls"), "");
  EXPECT_EQ(found(session_of_tools(5, true), "redundant_tool_calls"), "[high] Tool \"read_file\" called 5 times\n");
  EXPECT_EQ(found(session_of_tools(9, true), "redundant_tool_calls"), "[high] Tool \"read_file\" called 9 times\n");
}

TEST(RedundantToolCalls, SaysWhetherArgumentsRepeat) {
  EXPECT_EQ(findings_by(session_of_tools(5, true), "redundant_tool_calls")[0].evidence_text,
            "May indicate repetitive behavior: 4 of them repeat the arguments of an earlier one");
  EXPECT_EQ(findings_by(session_of_tools(5, false), "redundant_tool_calls")[0].evidence_text,
            "No two of them have the same arguments: reading pages or many files looks like that");
  EXPECT_EQ(findings_by(session_of_tools(5, true), "redundant_tool_calls")[0].duration.ns, 4 * 5'000'000);
  EXPECT_EQ(findings_by(session_of_tools(5, false), "redundant_tool_calls")[0].duration.ns, 0);
}

// One tool, called with each of these.
SessionView session_of_arguments(const std::vector<std::string>& arguments) {
  TestSession test;
  const int agent = test.agent(0, 0, 10'000);
  test.call(agent, 0, 5);
  for (size_t i = 0; i < arguments.size(); ++i) {
    const auto at = static_cast<int64_t>(10 + i * 10);
    test.tool(agent, at, at + 5, "grep", arguments[i]);
  }
  return test.build();
}

TEST(RedundantToolCalls, PagesAndManyFilesAreLow) {
  const SessionView pages = session_of_tools(9, false);
  EXPECT_EQ(found(pages, "redundant_tool_calls"), "[low] Tool \"read_file\" called 9 times\n");
  EXPECT_EQ(health_score_of(pages.summary, findings_of(pages, {})).points, 98);
  const std::string once_more = "[high] Tool \"grep\" called 5 times\n";
  EXPECT_EQ(found(session_of_arguments({"{}", "[1]", "[2]", "[3]", "[2]"}), "redundant_tool_calls"), once_more);
  EXPECT_EQ(found(session_of_arguments({"[4]", "[1]", "[2]", "[3]", ""}), "redundant_tool_calls"), once_more)
      << "arguments that did not arrive";
}

TEST(RedundantToolCalls, ArgumentsAreComparedAsJson) {
  const SessionView session = session_of_arguments({R"({"path":"src","limit":10,"text":"a\"\n"})",
                                                    R"({ "text": "a\u0022\u000A", "limit": 1e1, "path": "s\u0072c" })",
                                                    R"({"limit":10.0,"text":"a\"\n","path":"src"})",
                                                    R"({"limit":11,"text":"a\"\n","path":"src"})",
                                                    R"({"limit":10,"text":"src","path":"a\"\n"})"});
  ASSERT_EQ(findings_by(session, "redundant_tool_calls").size(), 1u);
  EXPECT_EQ(findings_by(session, "redundant_tool_calls")[0].evidence_text,
            "May indicate repetitive behavior: 2 of them repeat the arguments of an earlier one");
}

TEST(RedundantToolCalls, TheSameQuestionWithAnotherAnswerIsNone) {
  const auto session = [](const std::vector<std::string>& results) {
    TestSession test;
    const int agent = test.agent(0, 0, 10'000);
    test.call(agent, 0, 5);
    for (size_t i = 0; i < results.size(); ++i) {
      const auto at = static_cast<int64_t>(10 + i * 10);
      test.tool(agent, at, at + 5, "run_tests", "{}", results[i]);
    }
    return test.build();
  };
  const SessionView moves = session({"4 failed", "3 failed", "2 failed", "1 failed", "all passed"});
  EXPECT_EQ(found(moves, "redundant_tool_calls"), "[low] Tool \"run_tests\" called 5 times\n");
  EXPECT_EQ(
      findings_by(moves, "redundant_tool_calls")[0].evidence_text,
      "None of them repeats an earlier one: reading pages or many files, tests after changes, and polling look like "
      "that");
  const SessionView stays = session({"1 failed", "1 failed", "2 failed", "3 failed", "all passed"});
  EXPECT_EQ(found(stays, "redundant_tool_calls"), "[high] Tool \"run_tests\" called 5 times\n");
  EXPECT_EQ(findings_by(stays, "redundant_tool_calls")[0].evidence_text,
            "May indicate repetitive behavior: 1 of them repeats the arguments and the result of an earlier one");
}

TEST(RedundantToolCalls, WhatRepeatsIsTheEvidenceHoweverMuchCameBefore) {
  for (const int others : {30, 150}) {
    TestSession test;
    const int agent = test.agent(0, 0, 100'000);
    test.call(agent, 0, 5);
    std::vector<int> same;
    for (int i = 0; i < others + 60; ++i) {
      const bool is_same = i >= others;
      const std::string text = is_same ? "same" : std::to_string(i);
      const int tool = test.tool(agent, 10 + i * 100, 15 + i * 100, "look", "{\"n\":\"" + text + "\"}", text);
      if (is_same) same.push_back(tool);
    }
    const SessionView session = test.build();
    const std::vector<Finding> redundant = findings_by(session, "redundant_tool_calls");
    ASSERT_EQ(redundant.size(), 1u);
    EXPECT_EQ(redundant[0].evidence.size(), same.size());
    EXPECT_EQ(redundant[0].evidence.front(), TestSession::index_of(session, same.front()));
    EXPECT_EQ(redundant[0].evidence_dropped, 0);
    EXPECT_EQ(health_score_of(session.summary, findings_of(session, {})).points, 75) << "the doom_loop is the same";
  }
}

TEST(RedundantToolCalls, WhatMayRepeatIsEvidenceToo) {
  const auto evidence = [](const std::vector<std::string>& arguments) {
    return findings_by(session_of_arguments(arguments), "redundant_tool_calls")[0].evidence.size();
  };
  EXPECT_EQ(evidence({"[1]", "[2]", "[3]", "[4]", "[2]"}), 2u);
  EXPECT_EQ(evidence({"[1]", "[2]", "[3]", "", "[2]"}), 3u);
  EXPECT_EQ(evidence({"[1]", "[2]", "[3]", "", "[4]"}), 5u) << "any of them may be what it asked";
}

TEST(RedundantToolCalls, WhoWaitsForSomethingAsksAgain) {
  for (const int64_t wait_ms : {4'999, 5'000}) {
    TestSession test;
    const int agent = test.agent(0, 0, 100'000);
    for (int i = 0; i < 6; ++i) {
      const int64_t at = i * 10'000;
      test.call(agent, at, at + 100);
      test.tool(agent, at + 100 + wait_ms, at + 150 + wait_ms, "build_status", "{}", "running");
    }
    EXPECT_EQ(found(test.build(), "redundant_tool_calls"),
              std::string(wait_ms < 5'000 ? "[high]" : "[low]") + " Tool \"build_status\" called 6 times\n");
  }
}

SessionView session_of_errors(int count) {
  TestSession test;
  const int agent = test.agent(0, 0, 10'000);
  test.call(agent, 0, 5);
  for (int i = 0; i < count; ++i) test.fail(test.tool(agent, 10 + i * 10, 15 + i * 10, "bash"), "exit");
  return test.build();
}

TEST(ErrorLoop, ThreeErrorsAreHigh) {
  EXPECT_EQ(found(session_of_errors(2), "error_loop"), "");
  EXPECT_EQ(found(session_of_errors(3), "error_loop"), "[high] Session had 3 errors\n");
  EXPECT_EQ(findings_by(session_of_errors(3), "error_loop")[0].evidence_text, "All of them: tool \"bash\" (exit)");
}

TEST(ErrorLoop, AFailureThatGoesUpIsOneError) {
  TestSession test;
  const int agent = test.agent(0, 0, 10'000);
  const int inner = test.agent(agent, 1, 9'000, "inner");
  const int tool = test.tool(inner, 2, 3, "bash");
  for (const int span : {agent, inner, tool}) test.fail(span);
  EXPECT_EQ(found(test.build(), "error_loop"), "");
}

TEST(Findings, AnEmptySessionHasNone) {
  TestSession nothing;
  EXPECT_TRUE(findings_of(nothing.build(), {}).empty());
  TestSession zero;
  const int agent = zero.agent(0, 0, 0);
  for (int i = 0; i < 3; ++i) {
    const int call = zero.call(agent, 0, 0);
    zero.usage(call, {});
    zero.at(call).span.reported.cache_read = 0;
  }
  EXPECT_EQ(found(zero.build(), "cache_inefficiency"), "") << "nothing of nothing is no rate";
}

TEST(Findings, TheMostSevereComesFirst) {
  TestSession test;
  const int agent = test.agent(0, 0, 10'000);
  add_calls(test, agent, 8);
  for (int i = 0; i < 3; ++i) test.fail(test.tool(agent, 1000 + i, 1001 + i, "bash"));
  const std::vector<Finding> findings = findings_of(test.build(), {});
  ASSERT_GE(findings.size(), 2u);
  for (size_t i = 1; i < findings.size(); ++i) EXPECT_GE(findings[i - 1].severity, findings[i].severity);
}

TEST(Thresholds, WhatIsSetCounts) {
  Thresholds thresholds;
  thresholds.set("excessive_iterations.medium_above", 2);
  const SessionView session = session_of_iterations(3);
  const std::vector<Finding> findings = findings_of(session, thresholds);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].rule, "excessive_iterations");
  EXPECT_DEATH(Thresholds().set("excessive_iterations.nonsense", 2), "");
}

TEST(Rules, HaveNamesHelpAndThresholdsThatFit) {
  std::set<std::string_view> ids;
  for (const Rule* rule : all_rules()) {
    EXPECT_TRUE(ids.insert(rule->id).second) << rule->id;
    EXPECT_FALSE(rule->summary.empty() || rule->summary.ends_with('.')) << rule->id;
    for (const Threshold& threshold : rule->thresholds) {
      EXPECT_TRUE(threshold.min <= threshold.fallback && threshold.fallback <= threshold.max)
          << rule->id << '.' << threshold.name;
      EXPECT_FALSE(threshold.help.empty()) << rule->id << '.' << threshold.name;
    }
  }
}

}  // namespace

}  // namespace strobe::analyze
