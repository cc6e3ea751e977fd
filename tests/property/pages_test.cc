#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "property/log_support.h"
#include "property/support.h"
#include "query/outline.h"
#include "query/query.h"
#include "query/window.h"
#include "sqlite/database.h"
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
    query::WindowRequest request{.from = {}, .to = {}, .after = {}, .limit = limit};
    if (!cursor.empty()) request.after = query::decode_span_cursor(cursor).value();
    const auto window = query::load_window(store, **outline, request);
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

// Log records are acknowledged before their spans are read again with them; `show` has them at once.
TEST(PagesTest, TogetherTheyAreTheSessionWithLogRecordsThatCameAfterTheOutline) {
  for (const Telling telling : {Telling::details, Telling::role_events, Telling::mixed}) {
    const ToldSample sample = told_sample(telling, 2, 4);
    const NewFile file;
    Writer writer(file.path());
    query::OutlineCache outlines(k_outlines_bytes);
    writer.commit(sample.spans, {});
    writer.settle();
    const std::vector<SessionId> ids = ids_of(writer.store());
    ASSERT_GE(ids.size(), 2u);
    std::vector<std::vector<std::string>> untold;
    for (const SessionId& id : ids) untold.push_back(spans_of_pages(writer.store(), outlines, id, 3));
    writer.commit({}, sample.logs);
    for (size_t i = 0; i < ids.size(); ++i) {
      const auto told = spans_of_pages(writer.store(), outlines, ids[i], 3);
      EXPECT_EQ(told, spans_of_whole(writer.store(), ids[i]));
      EXPECT_NE(told, untold[i]);
    }
    writer.settle();
    for (const SessionId& id : ids_of(writer.store())) {
      EXPECT_EQ(spans_of_pages(writer.store(), outlines, id, 3), spans_of_whole(writer.store(), id));
    }
  }
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

// A thread that asks for sessions again and again, on a connection of its own, until it is told to stop or fails.
class Asker {
 public:
  Asker(const std::string& path, const std::vector<SessionId>& ids, query::OutlineCache& outlines)
      : thread_([this, path, ids, &outlines] {
          ask(path, ids, outlines);
          is_asking_ = false;
        }) {}
  ~Asker() {
    is_over_ = true;
    thread_.join();
  }
  // Until it has this many answers, if it ever has.
  void wait_for(size_t answers) const {
    while (answers_ < answers && is_asking_) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    EXPECT_GE(answers_, answers);
  }
  size_t answers() const { return answers_; }

 private:
  void ask(const std::string& path, const std::vector<SessionId>& ids, query::OutlineCache& outlines) {
    constexpr int k_turns_without_answer_max = 10'000;
    const auto store = store::open_sqlite({.path = path, .mode = store::OpenMode::read_only});
    ASSERT_TRUE(store) << store.error().message;
    for (int turns = 0; !is_over_; ++turns) {
      ASSERT_LT(turns, k_turns_without_answer_max);
      for (const SessionId& id : ids) {
        const auto moment = (*store)->read_scope();
        ASSERT_TRUE(moment) << moment.error().message;
        const auto outline = outlines.outline_of(**store, id);
        // A session may lose its last span to another.
        if (!outline && outline.error().code == ErrorCode::not_found) continue;
        ASSERT_TRUE(outline) << outline.error().message;
        ASSERT_TRUE(query::load_window(**store, **outline, {.from = {}, .to = {}, .after = {}}));
        ++answers_;
        turns = 0;
      }
    }
  }

  std::atomic<bool> is_over_ = false;
  std::atomic<bool> is_asking_ = true;
  std::atomic<size_t> answers_ = 0;
  std::thread thread_;  // last: starts when everything else is there
};

TEST(OutlineCacheTest, ManyThreadsMayAskWhileSpansArrive) {
  TestStore test_store;
  const Sample sample = random_sample(5);
  test_store.send({sample.spans.begin(), sample.spans.begin() + 4});
  const std::vector<SessionId> ids = ids_of(test_store.settled());
  query::OutlineCache outlines(k_outlines_bytes);
  const Asker one(test_store.path(), ids, outlines);
  const Asker other(test_store.path(), ids, outlines);
  one.wait_for(1);
  other.wait_for(1);
  for (const RawSpan& span : sample.spans) test_store.send({span});
  test_store.settled();
  one.wait_for(one.answers() + 5);
  other.wait_for(other.answers() + 5);
}

// A list that copies from one which is not named.
TEST(ContextListsTest, AnEditOfNoListIsDamageAndNoShorterList) {
  const ToldSample sample = told_sample(Telling::on_spans, 1, 6);
  const NewFile file;
  {
    Writer writer(file.path());
    writer.commit(sample.spans, sample.logs);
    writer.settle();
  }
  const auto load = [&]() -> Result<void> {
    const auto store = store::open_sqlite({.path = file.path()}).value();
    const std::vector<SessionId> ids = ids_of(*store);
    for (const SessionId& id : ids) {
      auto view = query::load_session(*store, id, query::Content::without_sequences, k_now).value();
      TRY_VOID(query::load_contexts(*store, view));
    }
    return {};
  };
  ASSERT_TRUE(load());
  {
    auto database = sqlite::Database::open(file.path(), sqlite::OpenMode::read_write).value();
    ASSERT_TRUE(database.execute("UPDATE sequence SET base = NULL WHERE base IS NOT NULL"));
    ASSERT_GT(database.changes(), 0);
  }
  const auto loaded = load();
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().code, ErrorCode::corrupt);
  EXPECT_NE(loaded.error().message.find("an edit of none"), std::string::npos) << loaded.error().message;
}

}  // namespace
}  // namespace strobe::property
