#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>

#include "bench/size_meter.h"
#include "store/sqlite/sqlite_store.h"

// What the text index takes: each text once, in time and space that grow in a line with what was said.
namespace strobe::bench {

namespace {

struct IndexPoint {
  int turns = 0;
  double unique_bytes = 0, index_bytes = 0, seconds = 0, slowest_slice_seconds = 0;
  int64_t texts = 0;
};

int64_t number(store::Store& store, std::string_view sql) {
  const auto answer = store.query(sql, 1);
  EXPECT_TRUE(answer) << answer.error().message;
  return answer && !answer->rows.empty() ? std::stoll(answer->rows[0][0].value_or("0")) : 0;
}

IndexPoint measured(const Corpus& corpus, Shape shape, int turns) {
  const ScratchFolder folder;
  const std::string path = folder.file("strobe.db");
  const auto points = measure_sizes(corpus, {.shape = shape}, std::array{turns}, path);
  EXPECT_TRUE(points) << points.error().message;
  auto store = store::open_sqlite({.path = path, .mode = store::OpenMode::read_write});
  EXPECT_TRUE(store);
  if (!points || !store) return {};
  IndexPoint point{.turns = turns, .unique_bytes = static_cast<double>(points->back().unique_bytes)};
  for (size_t done = 1; done > 0;) {
    const auto begin = std::chrono::steady_clock::now();
    const auto indexed = (*store)->index_some(256);
    EXPECT_TRUE(indexed) << indexed.error().message;
    done = indexed.value_or(0);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    point.seconds += took.count();
    point.slowest_slice_seconds = std::max(point.slowest_slice_seconds, took.count());
  }
  point.texts = number(**store, "SELECT count(*) FROM search_text_docsize");
  point.index_bytes = static_cast<double>(number(**store, "SELECT sum(pgsize) FROM dbstat WHERE name LIKE 'search%'"));
  std::printf(
      "%-18s %5d turns: %6lld texts, %8.0f bytes of index, %.3f of unique content, %.2f s (%.1f MB/s), slowest slice "
      "%.0f ms\n",
      std::string(name_of(shape)).c_str(), turns, static_cast<long long>(point.texts), point.index_bytes,
      point.index_bytes / point.unique_bytes, point.seconds, point.unique_bytes / point.seconds / 1e6,
      point.slowest_slice_seconds * 1e3);
  return point;
}

}  // namespace

TEST(size, the_text_index_holds_each_text_once_and_grows_in_a_line) {
  const auto corpus = Corpus::read(STROBE_BENCH_TEXT);
  ASSERT_TRUE(corpus) << corpus.error().message;
  const IndexPoint at_100 = measured(*corpus, Shape::append, 100);
  const IndexPoint at_400 = measured(*corpus, Shape::append, 400);
  // Per turn two messages, their long strings, and what the two spans hold themselves; the head once. Not one more for
  // each of the 400 times that a text is sent.
  EXPECT_GE(at_400.texts, 2 * 400);
  EXPECT_LE(at_400.texts, 7 * 400);
  EXPECT_LE(at_400.texts, 4.2 * static_cast<double>(at_100.texts));
  EXPECT_LE(at_400.index_bytes, 0.6 * at_400.unique_bytes);
  const IndexPoint cleared = measured(*corpus, Shape::cleared, 400);
  EXPECT_LE(cleared.index_bytes, 1.2 * at_400.index_bytes);
  const IndexPoint window = measured(*corpus, Shape::window, 400);
  EXPECT_LE(window.index_bytes, 1.2 * at_400.index_bytes);
  const IndexPoint body = measured(*corpus, Shape::openinference_body, 400);
  EXPECT_LE(body.index_bytes, 2.5 * at_400.index_bytes);
}

}  // namespace strobe::bench
