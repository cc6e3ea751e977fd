#include "view/answers/compare.h"

#include <gtest/gtest.h>

namespace strobe::view {

namespace {

analyze::ComparedRun run(std::string key, int64_t iterations, int64_t tokens, int64_t cached, int64_t cost_pico_usd,
                         int64_t errors) {
  analyze::ComparedRun made;
  made.summary.key = std::move(key);
  made.metrics.iterations = iterations;
  made.metrics.usage = {.input = tokens - cached, .cache_read = cached};
  made.metrics.tells_of_cache = true;
  made.metrics.cost_pico_usd = cost_pico_usd;
  made.metrics.cost_kind = CostKind::reported;
  made.metrics.errors = errors;
  return made;
}

std::string text_of(const analyze::ComparedRun& a, const analyze::ComparedRun& b) {
  CompareAnswer answer{.baseline = &a, .runs = {}};
  answer.runs.push_back({&b, analyze::compare_metrics(a, b), analyze::compare_structure(a.steps, b.steps)});
  return compare_text(answer, {});
}

}  // namespace

TEST(CompareText, LooksAsTheTracingGuideShowsIt) {
  const auto a = run("session-abc123", 5, 15000, 6750, 45'000'000'000, 2);
  const auto b = run("session-def456", 3, 12000, 8640, 28'400'000'000, 0);
  const std::string text = text_of(a, b);
  EXPECT_TRUE(
      text.starts_with("Session Comparison\n"
                       "==================\n"
                       "\n"
                       "Baseline:   session-abc123\n"
                       "Comparison: session-def456\n"
                       "\n"
                       "Metric Comparison:\n"
                       "--------------------------------------------------\n"
                       "Iterations               5 →          3  ↓ -2 (better)\n"
                       "Total Tokens         15000 →      12000  ↓ -3000 (better)\n"
                       "Cache Hit Rate          45% →        72%  ↑ +27pp (better)\n"
                       "Total Cost          $0.0450 →    $0.0284  ↓ $0.0166 (better)\n"
                       "Errors                   2 →          0  ↓ -2 (better)\n"
                       "\n"
                       "--------------------------------------------------\n"
                       "Overall: 5/5 metrics improved\n"))
      << text;
}

TEST(CompareText, WhatBecameWorseSaysSo) {
  const auto a = run("a", 3, 12000, 8640, 28'400'000'000, 0);
  const auto b = run("b", 5, 15000, 6750, 45'000'000'000, 2);
  const std::string text = text_of(a, b);
  EXPECT_NE(text.find("Cache Hit Rate          72% →        45%  ↓ -27pp (worse)\n"), std::string::npos) << text;
  EXPECT_NE(text.find("↑ $0.0166 (worse)"), std::string::npos) << text;
  EXPECT_NE(text.find("Overall: 0/5 metrics improved"), std::string::npos) << text;
  EXPECT_NE(text.find("Assessment: regressed"), std::string::npos) << text;
}

TEST(CompareText, ACostThatNobodyKnowsIsNotCompared) {
  const auto a = run("a", 3, 12000, 8640, 28'400'000'000, 0);
  auto b = run("b", 3, 12000, 8640, 0, 0);
  b.metrics.cost_kind = CostKind::unpriced;
  const std::string text = text_of(a, b);
  EXPECT_NE(text.find("$0.0284 →   unpriced  ? not compared: of a run no price is known\n"), std::string::npos) << text;
  EXPECT_NE(text.find("Overall: 0/4 metrics improved"), std::string::npos) << text;
  EXPECT_NE(text.find("Assessment: similar"), std::string::npos) << text;
  EXPECT_NE(
      compare_json({.baseline = &a, .runs = {{&b, analyze::compare_metrics(a, b), {}}}}).find("\"comparison\": null"),
      std::string::npos);
}

TEST(CompareText, ACacheOfWhichNobodyTellsIsNotZero) {
  const auto a = run("a", 3, 12000, 8640, 28'400'000'000, 0);
  auto b = run("b", 3, 12000, 0, 28'400'000'000, 0);
  b.metrics.tells_of_cache = false;
  const std::string text = text_of(a, b);
  EXPECT_NE(text.find(" 72% →          -  ? not compared: a run tells nothing of a cache\n"), std::string::npos)
      << text;
  EXPECT_NE(text.find("Assessment: similar"), std::string::npos) << text;
  EXPECT_NE(
      compare_json({.baseline = &a, .runs = {{&b, analyze::compare_metrics(a, b), {}}}}).find("\"comparison\": null"),
      std::string::npos);
  const analyze::ComparedRun* runs[] = {&a, &b};
  CompareAnswer answer{.baseline = &a, .runs = {}};
  for (const auto* other : runs) answer.runs.push_back({other, analyze::compare_metrics(a, *other), {}});
  const std::string table = compare_text(answer, {.width = 0});
  EXPECT_EQ(table.find(" 0%"), std::string::npos) << table;
}

TEST(CompareText, HostileNamesStayText) {
  const auto a = run("a\x1b[2J\nOverall: 5/5", 3, 12000, 8640, 1, 0);
  const std::string text = text_of(a, a);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_EQ(text.find("\nOverall: 5/5"), std::string::npos);
}

}  // namespace strobe::view
