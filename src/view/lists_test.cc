#include <gtest/gtest.h>

#include "view/list_notes.h"
#include "view/metric_list.h"
#include "view/stats_view.h"
#include "view/trace_list.h"

namespace strobe::view {
namespace {

const TextStyle k_wide{.width = 0};

TEST(ListNotes, SayWhatIsNotShown) {
  EXPECT_EQ(more_note({}), "");
  EXPECT_EQ(more_note({.count = 12}), "12 more, --limit 0 shows all\n");
  EXPECT_EQ(more_note({.count = 1000, .is_least = true}), "more than 1,000 more, --limit 0 shows all\n");
  EXPECT_EQ(no_match_note("session", "--agent", {.count = 1}), "no session matches --agent; without it there is 1\n");
  EXPECT_EQ(no_match_note("session", "--agent, --since", {.count = 1200, .is_least = true}),
            "no session matches --agent, --since; without them there are more than 1,200\n");
  EXPECT_EQ(no_match_note("trace", "--since", {}), "no trace matches --since; without it there is none either\n");
}

TEST(TraceList, HostileNamesAndMissingOnes) {
  TraceRow row{.root_name = "a\x1b[2Jb\n", .start = {0}, .end = {2'000'000'000}, .spans = 3};
  row.session.bytes.fill(0x11);
  const std::string text = traces_text(std::vector{row}, k_wide);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_NE(text.find("2.00s"), std::string::npos) << text;
  EXPECT_NE(text.find("111111111111"), std::string::npos) << text;
  row.root_name.clear();
  row.session = {};
  EXPECT_NE(traces_text(std::vector{row}, k_wide).find("(not received)"), std::string::npos);
  const std::string json = traces_json(std::vector{row});
  EXPECT_NE(json.find("\"session\": null"), std::string::npos) << json;
  EXPECT_NE(json.find("\"root_name\": null"), std::string::npos) << json;
  EXPECT_NE(json.find("\"duration_ns\": \"2000000000\""), std::string::npos) << json;
}

TEST(TraceList, TakesItsColoursFromTheStyle) {
  const std::vector rows = {TraceRow{.root_name = "a"}};
  for (const bool verbose : {false, true}) {
    const TextStyle style{.width = 0, .color = true, .verbose = verbose};
    EXPECT_TRUE(traces_text(rows, style).starts_with("\x1b[1mTRACE")) << traces_text(rows, style);
  }
}

TEST(StatsView, ToolsHaveNoTokensAndWhatIsNotToldIsNull) {
  StatsRow row{
      .calls = 2, .errors = 1, .usage = {.input = 5}, .p50 = {1'000'000}, .p95 = {2'000'000}, .p99 = {2'000'000}};
  EXPECT_EQ(stats_text(StatsBy::tool, std::vector{row}, k_wide).find("INPUT"), std::string::npos);
  const std::string tools = stats_json(StatsBy::tool, std::vector{row});
  EXPECT_NE(tools.find("\"tool\": null"), std::string::npos) << tools;
  EXPECT_NE(tools.find("\"input\": null"), std::string::npos) << tools;
  const std::string models = stats_json(StatsBy::model, std::vector{row});
  EXPECT_NE(models.find("\"input\": 5"), std::string::npos) << models;
  EXPECT_NE(models.find("\"p50_ns\": \"1000000\""), std::string::npos) << models;
  EXPECT_NE(stats_text(StatsBy::model, std::vector{row}, k_wide).find("(not told)"), std::string::npos);
  const std::string text = stats_text(StatsBy::model, std::vector{row}, k_wide);
  EXPECT_NE(text.find("OUTPUT"), std::string::npos) << text;
  EXPECT_EQ(text.find("REASONING"), std::string::npos) << "nobody reasoned";
  row.usage.reasoning = 1;
  EXPECT_NE(stats_text(StatsBy::model, std::vector{row}, k_wide).find("REASONING"), std::string::npos);
  row.calls = 0;
  EXPECT_NE(stats_json(StatsBy::model, std::vector{row}).find("\"p50_ns\": null"), std::string::npos);
}

TEST(MetricList, EveryTypeHasItsValue) {
  RawMetricPoint point{.number_type = RawExemplar::NumberType::int64, .as_int = (int64_t{1} << 53) + 1};
  const auto line = [&](MetricType type) {
    MetricLine made{.time = {1}, .metric = {.name = "m", .type = type, .points = {&point, 1}}};
    return std::vector{made};
  };
  EXPECT_NE(metrics_json(line(MetricType::gauge)).find("\"value\": \"9007199254740993\""), std::string::npos);
  point.number_type = RawExemplar::NumberType::float64;
  point.as_double = 0.25;
  EXPECT_NE(metrics_json(line(MetricType::sum)).find("\"value\": 0.25"), std::string::npos);
  EXPECT_NE(metrics_text(line(MetricType::sum), k_wide).find("0.25"), std::string::npos);
  point.count = 12;
  EXPECT_NE(metrics_text(line(MetricType::histogram), k_wide).find("12 / -"), std::string::npos);
  point.has_sum = true;
  point.sum = 3.5;
  for (const auto type : {MetricType::histogram, MetricType::exponential_histogram, MetricType::summary}) {
    EXPECT_NE(metrics_text(line(type), k_wide).find("12 / 3.5"), std::string::npos);
    EXPECT_NE(metrics_json(line(type)).find("\"value\": null"), std::string::npos);
  }
}

TEST(MetricList, APointWithoutAnythingIsStillALine) {
  const MetricLine line{.time = {1}, .metric = {.name = "m"}};
  EXPECT_NE(metrics_text(std::vector{line}, k_wide).find("unknown"), std::string::npos);
  EXPECT_NE(metrics_json(std::vector{line}).find("\"value\": null"), std::string::npos);
}

}  // namespace
}  // namespace strobe::view
