#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "property/support.h"
#include "query/outline.h"
#include "query/query.h"
#include "query/window.h"
#include "store/sqlite/sqlite_store.h"
#include "view/session_json.h"

// A session page by page is the session as a whole, whatever arrives, and whatever was kept of it before.

namespace strobe::property {
namespace {

constexpr TimeNs k_now{1'800'000'000'000'000'000};
constexpr size_t k_outlines_bytes = size_t{1} << 20;

std::vector<std::string> spans_of_pages(store::Store& store, query::OutlineCache& outlines, const SessionId& id,
                                        size_t limit) {
  std::vector<std::string> spans;
  std::string cursor;
  do {
    const auto outline = outlines.outline_of(store, id);
    EXPECT_TRUE(outline) << outline.error().message;
    if (!outline) return spans;
    const auto window = query::load_window(store, **outline, {.from = {}, .to = {}, .after = cursor, .limit = limit});
    EXPECT_TRUE(window) << window.error().message;
    if (!window) return spans;
    EXPECT_LE(window->spans.size(), limit);
    for (const SpanView& span : window->spans) {
      json::Writer writer;
      view::write_span(writer, span);
      spans.push_back(writer.take() + " lane " + std::to_string(span.lane));
    }
    cursor = window->next.value_or("");
  } while (!cursor.empty());
  return spans;
}

std::vector<std::string> spans_of_whole(store::Store& store, const SessionId& id) {
  std::vector<std::string> spans;
  auto view = query::load_session(store, id, query::Content::without_sequences, k_now);
  EXPECT_TRUE(view && query::load_contexts(store, *view));
  if (!view) return spans;
  for (const SpanView& span : view->spans) {
    json::Writer writer;
    view::write_span(writer, span);
    spans.push_back(writer.take() + " lane " + std::to_string(span.lane));
  }
  return spans;
}

std::vector<SessionId> ids_of(store::Store& store) {
  std::vector<SessionId> ids;
  const auto summaries = query::list_sessions(store, {}, k_now);
  EXPECT_TRUE(summaries);
  for (const SessionSummary& summary : *summaries) ids.push_back(summary.id);
  return ids;
}

TEST(PagesTest, TogetherTheyAreTheSessionBeforeAndAfterMoreHasCome) {
  std::vector<Sample> samples = captured_samples();
  for (uint32_t seed = 1; seed <= random_samples_max(); ++seed) samples.push_back(random_sample(seed));
  bool has_lanes = false;
  for (const Sample& sample : samples) {
    SCOPED_TRACE(sample.name);
    TestStore test_store;
    query::OutlineCache outlines(k_outlines_bytes);
    const auto half = sample.spans.begin() + static_cast<ptrdiff_t>(sample.spans.size() / 2);
    for (const std::vector<RawSpan>& part :
         {std::vector(sample.spans.begin(), half), std::vector(half, sample.spans.end())}) {
      if (part.empty()) continue;
      test_store.send(part);
      store::Store& store = test_store.settled();
      for (const SessionId& id : ids_of(store)) {
        const auto expected = spans_of_whole(store, id);
        EXPECT_EQ(spans_of_pages(store, outlines, id, 3), expected);
        has_lanes |= !expected.empty() && !expected.back().ends_with(" lane 0");
      }
    }
  }
  EXPECT_TRUE(has_lanes);
}

TEST(OutlineCacheTest, AnOutlineIsKeptUntilItsSessionChanges) {
  TestStore test_store;
  const Sample sample = random_sample(5);
  test_store.send({sample.spans.begin(), sample.spans.end() - 1});
  store::Store& store = test_store.settled();
  query::OutlineCache outlines(k_outlines_bytes);
  const std::vector<SessionId> ids = ids_of(store);
  std::vector<std::pair<uint64_t, std::shared_ptr<const query::SessionOutline>>> before;
  for (const SessionId& id : ids) {
    before.emplace_back(*store.session_state(id), *outlines.outline_of(store, id));
    EXPECT_EQ(before.back().second, *outlines.outline_of(store, id)) << "the very same";
  }
  EXPECT_GT(outlines.bytes(), before[0].second->spans.size() * sizeof(query::SessionOutline::Span));
  test_store.send({sample.spans.back()});
  test_store.settled();
  size_t changed = 0;
  for (size_t i = 0; i < ids.size(); ++i) {
    const auto state = store.session_state(ids[i]);
    if (!state) continue;
    const bool is_changed = *state != before[i].first;
    changed += is_changed ? 1 : 0;
    EXPECT_EQ(is_changed, before[i].second != *outlines.outline_of(store, ids[i]));
  }
  EXPECT_GT(changed, 0u);
}

TEST(OutlineCacheTest, KeepsNoMoreThanItMay) {
  TestStore test_store;
  const Sample sample = random_sample(5);
  test_store.send(sample.spans);
  store::Store& store = test_store.settled();
  const std::vector<SessionId> ids = ids_of(store);
  ASSERT_GE(ids.size(), 2u);
  query::OutlineCache none(1);
  const auto outline = none.outline_of(store, ids[0]);
  ASSERT_TRUE(outline);
  EXPECT_EQ(none.bytes(), 0u);
  EXPECT_NE(*outline, *none.outline_of(store, ids[0]));

  query::OutlineCache all(k_outlines_bytes);
  for (const SessionId& id : ids) ASSERT_TRUE(all.outline_of(store, id));
  query::OutlineCache most(all.bytes() - 1);
  std::shared_ptr<const query::SessionOutline> last;
  for (const SessionId& id : ids) last = *most.outline_of(store, id);
  EXPECT_LT(most.bytes(), all.bytes());
  EXPECT_EQ(last, *most.outline_of(store, ids.back())) << "it was asked for last";
}

TEST(OutlineCacheTest, ManyThreadsMayAskWhileSpansArrive) {
  TestStore test_store;
  const Sample sample = random_sample(5);
  test_store.send({sample.spans.begin(), sample.spans.begin() + 4});
  const std::vector<SessionId> ids = ids_of(test_store.settled());
  query::OutlineCache outlines(k_outlines_bytes);
  std::atomic<bool> is_over = false;
  std::atomic<size_t> answers = 0;
  const auto ask = [&] {
    const auto store = store::open_sqlite({.path = test_store.path(), .mode = store::OpenMode::read_only});
    ASSERT_TRUE(store);
    while (!is_over) {
      for (const SessionId& id : ids) {
        const auto moment = (*store)->read_scope();
        const auto outline = outlines.outline_of(**store, id);
        // A session may lose its last span to another.
        if (!outline && outline.error().code == ErrorCode::not_found) continue;
        ASSERT_TRUE(outline) << outline.error().message;
        EXPECT_TRUE(query::load_window(**store, **outline, {.from = {}, .to = {}, .after = {}}));
        ++answers;
      }
    }
  };
  std::thread one(ask);
  std::thread other(ask);
  for (const RawSpan& span : sample.spans) test_store.send({span});
  test_store.settled();
  while (answers < 10) std::this_thread::yield();
  is_over = true;
  one.join();
  other.join();
}

}  // namespace
}  // namespace strobe::property
