#include "export/llm_summary.h"

#include <gtest/gtest.h>

#include "analyze/test_session.h"
#include "base/arena.h"
#include "export/llm_steps.h"
#include "json/parse.h"

namespace strobe::exporter {

namespace {

using analyze::TestSession;

SessionView run_of(int steps, std::string_view text) {
  TestSession session;
  const int agent = session.agent(0, 0, steps * 10 + 10, text);
  for (int i = 0; i < steps; ++i) {
    const int call = session.call(agent, i * 10, i * 10 + 5, text);
    session.answers(call, {"assistant: " + std::string(text) + std::to_string(i)});
    const int tool = session.tool(agent, i * 10 + 5, i * 10 + 9, std::string(text) + std::to_string(i % 40),
                                  "{\"path\":\"" + std::to_string(i % 5) + "\"}", "done");
    if (i % 7 == 3) session.fail(tool);
  }
  return session.build();
}

std::vector<Finding> findings_of(std::string_view text, size_t count) {
  return std::vector<Finding>(count, {.rule = "rule",
                                      .severity = Severity::high,
                                      .title = std::string(text),
                                      .evidence_text = std::string(text),
                                      .evidence = {1},
                                      .step = 3,
                                      .fixes = {std::string(text)}});
}

TEST(LlmSummary, EverySizeAndEveryTextFits) {
  std::string noise;
  for (int i = 0; i < 100; ++i) noise += "\xF0\x9F\xA7\xAC\"\\\x01{";
  for (const int steps : {0, 1, 10, 200, 1000}) {
    for (const std::string& text : {std::string("read the file again "), noise}) {
      const std::string summary = to_llm_summary(run_of(steps, text), findings_of(text, steps > 0 ? 60 : 0));
      EXPECT_LE(summary.size(), text == noise ? 9000u : 16000u) << steps << " steps";  // tests/browser counts tokens
      Arena arena;
      EXPECT_TRUE(json::parse(std::string_view(summary).substr(0, summary.size() - 1), arena));
    }
  }
}

TEST(LlmSummary, BytesThatAreNoTextDoNotFillIt) {
  const std::string noise(100'000, '\x80');
  EXPECT_LE(to_llm_summary(run_of(20, noise), findings_of(noise, 20)).size(), 16'000u);
}

TEST(LlmSummary, WhatIsLeftOutIsCounted) {
  const std::string summary = to_llm_summary(run_of(1000, "a"), findings_of("b", 60));
  const size_t told = [&] {
    size_t count = 0;
    for (size_t at = summary.find("{\"number\":"); at != std::string::npos; at = summary.find("{\"number\":", at + 1))
      ++count;
    return count;
  }();
  EXPECT_GT(told, 20u);
  EXPECT_NE(summary.find("\"omitted\":{\"iterationSummaries\":" + std::to_string(1000 - told)), std::string::npos);
  EXPECT_NE(summary.find("{\"number\":1,"), std::string::npos);
  EXPECT_NE(summary.find("{\"number\":1000,"), std::string::npos);
  EXPECT_NE(to_llm_summary(run_of(3, "a"), {}).find("\"omitted\":{\"iterationSummaries\":0,\"anomalies\":0"),
            std::string::npos);
}

TEST(LlmSummary, TokensAreCountedOnTheSafeSide) {
  EXPECT_EQ(tokens_at_most(""), 0);
  EXPECT_EQ(tokens_at_most("hello world"), 4);
  EXPECT_EQ(tokens_at_most("tokensUsed"), 4);
  EXPECT_EQ(tokens_at_most("xqzjvkw"), 4);
  EXPECT_EQ(tokens_at_most("KJHXWQ"), 3);
  EXPECT_EQ(tokens_at_most("\x01"), 4);
  EXPECT_EQ(tokens_at_most("12345"), 2);
  EXPECT_EQ(tokens_at_most("\xF0\x9F\xA7\xAC"), 4);
  EXPECT_EQ(tokens_at_most("{\"a\":1}"), 9);
}

TEST(LlmSummary, OutcomesSayHowMuchFailed) {
  TestSession session;
  session.call(0, 0, 10);
  session.tool(0, 10, 20, "a");
  session.fail(session.tool(0, 10, 20, "b"));
  session.call(0, 30, 40);
  session.fail(session.tool(0, 40, 50, "c"));
  session.call(0, 60, 70);
  const SessionView view = session.build();
  const analyze::Shape shape = analyze::shape_of(view);
  EXPECT_EQ(outcome_of(view, shape.steps[0]), "partial");
  EXPECT_EQ(outcome_of(view, shape.steps[1]), "failure");
  EXPECT_EQ(outcome_of(view, shape.steps[2]), "success");
  const std::vector<Decision> decisions = decisions_of(view, shape, 10);
  ASSERT_EQ(decisions.size(), 3u);
  EXPECT_EQ(decisions[1].type, "recovery");
  EXPECT_EQ(decisions[2].type, "finish");
  EXPECT_EQ(telling_steps(view, shape, 2).size(), 2u);
}

}  // namespace

}  // namespace strobe::exporter
