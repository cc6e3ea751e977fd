#include "analyze/compare.h"

#include <gtest/gtest.h>

namespace strobe::analyze {

namespace {

ComparedRun plain_run() {
  ComparedRun run;
  run.summary.status = SessionStatus::ok;
  run.metrics = {
      .iterations = 10, .errors = 1, .cost_pico_usd = 1000, .cost_kind = CostKind::computed, .duration = {100}};
  run.metrics.usage = {.input = 500, .cache_read = 500};
  run.metrics.tells_of_cache = true;
  return run;
}

Assessment assess(const ComparedRun& other, const CompareThresholds& thresholds = {}) {
  return compare_metrics(plain_run(), other, thresholds).assessment;
}

}  // namespace

TEST(CompareMetrics, EqualRunsAreSimilar) {
  const MetricComparison comparison = compare_metrics(plain_run(), plain_run());
  EXPECT_EQ(comparison.assessment, Assessment::similar);
  EXPECT_EQ(comparison.headlines, 5);
  EXPECT_EQ(comparison.improved, 0);
}

TEST(CompareMetrics, EachThresholdIsTheLastThatIsAllowed) {
  const auto with = [](auto change) {
    ComparedRun run = plain_run();
    change(run.metrics);
    return run;
  };
  EXPECT_EQ(assess(with([](auto& m) { m.duration = {120}; })), Assessment::similar);
  EXPECT_EQ(assess(with([](auto& m) { m.duration = {121}; })), Assessment::regressed);
  EXPECT_EQ(assess(with([](auto& m) { m.duration = {79}; })), Assessment::improved);
  EXPECT_EQ(assess(with([](auto& m) { m.cost_pico_usd = 1100; })), Assessment::similar);
  EXPECT_EQ(assess(with([](auto& m) { m.cost_pico_usd = 1101; })), Assessment::regressed);
  EXPECT_EQ(assess(with([](auto& m) { m.usage = {.input = 575, .cache_read = 575}; })), Assessment::similar);
  EXPECT_EQ(assess(with([](auto& m) { m.usage = {.input = 576, .cache_read = 576}; })), Assessment::regressed);
  EXPECT_EQ(assess(with([](auto& m) { m.usage = {.input = 550, .cache_read = 450}; })), Assessment::similar);
  EXPECT_EQ(assess(with([](auto& m) { m.usage = {.input = 551, .cache_read = 449}; })), Assessment::regressed);
  EXPECT_EQ(assess(with([](auto& m) { m.errors = 2; })), Assessment::regressed);
  EXPECT_EQ(assess(with([](auto& m) { m.errors = 0; })), Assessment::improved);
  EXPECT_EQ(assess(with([](auto& m) { m.iterations = 12; })), Assessment::similar);
  EXPECT_EQ(assess(with([](auto& m) { m.iterations = 13; })), Assessment::regressed);
  EXPECT_EQ(assess(with([](auto& m) { m.iterations = 13, m.errors = 0; })), Assessment::mixed);
}

TEST(CompareMetrics, ThresholdsMayBeSet) {
  CompareThresholds thresholds;
  ASSERT_TRUE(thresholds.set("duration", 50));
  ComparedRun slow = plain_run();
  slow.metrics.duration = {149};
  EXPECT_EQ(assess(slow, thresholds), Assessment::similar);
  EXPECT_FALSE(thresholds.set("durations", 50));
  EXPECT_FALSE(thresholds.set("cost", -1));
}

TEST(CompareMetrics, RunsThatGoOnHaveNoDuration) {
  ComparedRun running = plain_run();
  running.summary.status = SessionStatus::running;
  running.metrics.duration = {1'000'000};
  EXPECT_EQ(assess(running), Assessment::similar);
}

TEST(CompareMetrics, ACacheOfWhichNobodyTellsIsNotCompared) {
  ComparedRun silent = plain_run();
  silent.metrics.usage = {.input = 1000};
  EXPECT_EQ(assess(silent), Assessment::regressed) << "all of them misses";
  silent.metrics.tells_of_cache = false;
  EXPECT_EQ(assess(silent), Assessment::similar);
  EXPECT_EQ(compare_metrics(silent, plain_run()).assessment, Assessment::similar);
  const MetricComparison comparison = compare_metrics(plain_run(), silent);
  EXPECT_EQ(comparison.headlines, 4);
  const MetricChange& cache = comparison.metrics[2];
  EXPECT_TRUE(cache.is_baseline_known);
  EXPECT_FALSE(cache.is_other_known);
  EXPECT_EQ(cache.not_compared_because, "a run tells nothing of a cache");
}

TEST(CompareMetrics, DoingNothingIsNoImprovement) {
  ComparedRun run = plain_run();
  run.metrics.llm_calls = 3;
  ComparedRun nothing;
  nothing.summary.status = SessionStatus::ok;
  nothing.metrics.duration = run.metrics.duration;
  const MetricComparison comparison = compare_metrics(run, nothing);
  EXPECT_EQ(comparison.assessment, Assessment::similar);
  EXPECT_EQ(comparison.headlines, 0);
  nothing.metrics.errors = 2;
  EXPECT_EQ(compare_metrics(run, nothing).assessment, Assessment::regressed) << "it failed at once";
}

TEST(CompareMetrics, FromNothingEverythingIsMore) {
  ComparedRun free = plain_run();
  free.metrics.cost_pico_usd = 0;
  EXPECT_EQ(compare_metrics(free, plain_run()).assessment, Assessment::regressed);
}

}  // namespace strobe::analyze
