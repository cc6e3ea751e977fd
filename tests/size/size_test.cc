#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <map>

#include "bench/size_meter.h"

// What a store takes on disk: linear in what an agent really said, whatever it does to its history.
namespace strobe::bench {

namespace {

constexpr std::array k_turns = {100, 200, 400, 800};
constexpr std::array k_shapes = {Shape::append,         Shape::clock,         Shape::window,
                                 Shape::cleared,        Shape::tools_change,  Shape::told,
                                 Shape::told_as_values, Shape::openinference, Shape::openinference_body};
constexpr double k_ratio_to_append_max = 1.2;

std::vector<SizePoint> measured(const Corpus& corpus, Shape shape) {
  const ScratchFolder folder;
  const std::string path = folder.file("strobe.db");
  const auto points = measure_sizes(corpus, {.shape = shape}, k_turns, path);
  EXPECT_TRUE(points) << points.error().message;
  if (!points) return {};
  if (std::getenv("STROBE_SIZE_BREAKDOWN") != nullptr) {
    const auto breakdown = size_breakdown(path);
    std::printf("%s\n%s", std::string(name_of(shape)).c_str(),
                breakdown ? breakdown->c_str() : breakdown.error().message.c_str());
  }
  return *points;
}

// All shapes once; the tests look at the same figures.
const std::map<Shape, std::vector<SizePoint>>& sizes() {
  static const auto all = [] {
    std::map<Shape, std::vector<SizePoint>> sizes;
    const auto corpus = Corpus::read(STROBE_BENCH_TEXT);
    EXPECT_TRUE(corpus) << corpus.error().message;
    if (!corpus) return sizes;
    for (const Shape shape : k_shapes) {
      auto points = measured(*corpus, shape);
      if (!points.empty()) sizes[shape] = std::move(points);
    }
    return sizes;
  }();
  return all;
}

}  // namespace

TEST(size, print_the_table) {
  std::printf("%-18s %6s %12s %12s %10s\n", "shape", "turns", "bytes", "of content", "of append");
  for (const auto& [shape, points] : sizes()) {
    for (size_t i = 0; i < points.size(); ++i) {
      const auto bytes = static_cast<double>(points[i].file_bytes);
      std::printf("%-18s %6d %12.0f %12.3f %10.3f\n", std::string(name_of(shape)).c_str(), points[i].turns, bytes,
                  bytes / static_cast<double>(points[i].unique_bytes),
                  bytes / static_cast<double>(sizes().at(Shape::append)[i].file_bytes));
    }
  }
  EXPECT_EQ(sizes().size(), k_shapes.size());
}

TEST(size, what_an_agent_does_to_its_history_costs_little) {
  ASSERT_EQ(sizes().size(), k_shapes.size());
  for (const auto& [shape, points] : sizes()) {
    if (shape == Shape::told || shape == Shape::told_as_values) continue;  // two records a call: a test of their own
    for (size_t i = 0; i < points.size(); ++i) {
      const auto allowed = k_ratio_to_append_max * static_cast<double>(sizes().at(Shape::append)[i].file_bytes);
      EXPECT_LE(static_cast<double>(points[i].file_bytes), allowed)
          << name_of(shape) << " at " << points[i].turns << " turns";
    }
  }
}

TEST(size, input_value_costs_little_beside_the_same_dialect_without_it) {
  ASSERT_EQ(sizes().size(), k_shapes.size());
  const auto& without = sizes().at(Shape::openinference);
  const auto& with = sizes().at(Shape::openinference_body);
  for (size_t i = 0; i < with.size(); ++i) {
    EXPECT_LE(static_cast<double>(with[i].file_bytes),
              k_ratio_to_append_max * static_cast<double>(without[i].file_bytes))
        << with[i].turns << " turns";
  }
}

// Log records that tell of a span hold the whole history again, call after call, as attributes of the span would.
TEST(size, messages_told_in_log_records_cost_little_beside_those_on_spans) {
  ASSERT_EQ(sizes().size(), k_shapes.size());
  const auto& on_spans = sizes().at(Shape::clock);
  for (const Shape shape : {Shape::told, Shape::told_as_values}) {
    const auto& told = sizes().at(shape);
    for (size_t i = 0; i < told.size(); ++i) {
      EXPECT_LE(static_cast<double>(told[i].file_bytes),
                k_ratio_to_append_max * static_cast<double>(on_spans[i].file_bytes))
          << name_of(shape) << " at " << told[i].turns << " turns";
    }
  }
}

TEST(size, append_takes_less_than_its_unique_content_and_grows_in_a_line) {
  ASSERT_EQ(sizes().size(), k_shapes.size());
  const SizePoint& at_400 = sizes().at(Shape::append)[2];
  const SizePoint& at_800 = sizes().at(Shape::append)[3];
  ASSERT_EQ(at_400.turns, 400);
  // A quarter of a megabyte is the first page of each table and index, whatever stands in them.
  EXPECT_LE(static_cast<double>(at_400.file_bytes), 0.82 * static_cast<double>(at_400.unique_bytes));
  EXPECT_LE(static_cast<double>(at_800.file_bytes), 0.76 * static_cast<double>(at_800.unique_bytes));
  EXPECT_LE(static_cast<double>(at_800.file_bytes), 2.2 * static_cast<double>(at_400.file_bytes));
}

}  // namespace strobe::bench
