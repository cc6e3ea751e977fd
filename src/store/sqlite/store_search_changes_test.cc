#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "store/sqlite/search_test_support.h"

// The text index after spans were replaced or went to another session.

namespace strobe::store {
namespace {

TEST_F(StoreSearch, WhatAReplacedSpanBroughtFirstIsStillFoundInOthers) {
  const auto store = open();
  commit(*store, {"shared words", "stale words"},
         {version_with(1, 10, 0, {"shared words", "stale words"}, "own zebra"),
          version_with(1, 11, 0, {"shared words"}, "own zebra")});
  derive(*store, 1, 1);
  index_all(*store);
  EXPECT_EQ(where(find(*store, "zebra")), "1/10");
  EXPECT_EQ(where(find(*store, "shared")), "1/10");
  commit(*store, {"other words"}, {version_with(1, 10, 1, {"other words"}, "quiet now")});
  index_all(*store);
  EXPECT_EQ(where(find(*store, "zebra")), "1/11");
  EXPECT_EQ(where(find(*store, "shared")), "1/11");
  EXPECT_EQ(where(find(*store, "other")), "1/10");
  EXPECT_EQ(where(find(*store, "quiet")), "1/10");
  EXPECT_EQ(where(find(*store, "stale")), "");
  EXPECT_EQ(store->index_state()->spans_waiting, 0u);
  EXPECT_EQ(ask(*store, "SELECT count(*) FROM search_text_docsize"), "4");
}

// Two stores on one file are as two processes.
TEST_F(StoreSearch, WhatAnotherProcessRemovedIsNotRemembered) {
  const auto store = open();
  commit(*store, {"shared words"}, {version_with(1, 10, 0, {"shared words"})});
  derive(*store, 1, 1);
  index_all(*store);
  const auto other = open();
  commit(*other, {"other words"}, {version_with(1, 10, 1, {"other words"})});
  index_all(*other);
  EXPECT_EQ(where(find(*store, "shared")), "");
  commit(*store, {"shared words"}, {version_with(1, 12, 0, {"shared words"})});
  derive(*store, 1, 1);
  index_all(*store);
  EXPECT_EQ(where(find(*store, "shared")), "1/12");
}

TEST_F(StoreSearch, AReplacementWithoutALossMakesOthersWaitForNothing) {
  const auto store = open();
  std::vector<SpanRecord> spans = {version_with(1, 1, 0, {})};
  for (uint64_t id = 2; id <= 50; ++id) spans.push_back(version_with(1, id, 0, {"shared words"}));
  commit(*store, {"shared words"}, spans);
  derive(*store, 1, 1);
  index_all(*store);
  // The first brought nothing, and the last nothing that was new.
  commit(*store, {"new words"}, {version_with(1, 1, 1, {"new words"}), version_with(1, 50, 1, {"new words"})});
  EXPECT_EQ(store->index_some(1).value(), 1u);
  EXPECT_LE(store->index_state()->spans_waiting, 2u);
  index_all(*store);
  EXPECT_EQ(where(find(*store, "new")), "1/1");
}

// What arrives when, in which version, in which session at first, and how far the index was then, makes no difference.
class ArrivalOrder : public StoreSearch {
 protected:
  static constexpr uint64_t k_spans = 8;
  static constexpr int64_t k_versions = 3;
  using Sessions = std::map<uint64_t, uint8_t>;  // of spans

  static std::vector<std::string> all_texts() {
    std::vector<std::string> texts;
    for (int i = 0; i < 5; ++i) texts.push_back("words about subject" + std::to_string(i));
    return texts;
  }
  SpanRecord random_version(uint64_t id, int64_t version) {
    std::vector<std::string> texts;
    for (const std::string& text : all_texts()) {
      if (random_() % 3 == 0) texts.push_back(text);
    }
    const std::string own = random_() % 2 == 0 ? "" : "own matter" + std::to_string(random_() % 3);
    SpanRecord record = version_with(static_cast<uint8_t>(1 + id % 2), id, version, {}, own);
    record.packed.refs.emplace_back(sequence_of(texts));
    // Starts differ by span, so that there is one earliest.
    if (random_() % 2 == 0) record.facts.start.ns += 100 * static_cast<int64_t>(random_() % 3);
    return record;
  }
  Sessions random_sessions() {
    Sessions sessions;
    for (uint64_t id = 1; id <= k_spans; ++id) sessions[id] = static_cast<uint8_t>(1 + random_() % 2);
    return sessions;
  }
  static void derive_as(Store& store, Sessions sessions) {
    for (const uint8_t trace : {1, 2}) {
      Store::DerivedTrace derived{.trace_id = trace_id(trace)};
      const auto facts = store.facts_of_trace(derived.trace_id);
      if (!facts || facts->empty()) continue;
      derived.span_count = facts->size();
      derived.parts = {part(1, trace), part(2, trace)};
      for (const SpanFacts& one : *facts) {
        derived.spans.push_back({one.span_id, session_id(sessions[number_of_span(one.span_id)]), 0, false});
      }
      ASSERT_TRUE(store.save_derived({derived}));
    }
  }
  // Of what is shared by spans themselves, only in which sessions it is: which span shows it is left open.
  static std::string answers(Store& store) {
    std::string all;
    for (int i = 0; i < 5; ++i) all += where(find(store, "subject" + std::to_string(i))) + "; ";
    for (int i = 0; i < 3; ++i) {
      std::set<int> sessions;
      for (const SearchHit& hit : find(store, "matter" + std::to_string(i)).hits) sessions.insert(hit.session.bytes[0]);
      for (const int session : sessions) all += std::to_string(session) + " ";
      all += "; ";
    }
    return all;
  }
  std::unique_ptr<Store> open_named(const std::string& name) const {
    auto opened = open_sqlite({.path = folder_ + "/" + name, .mode = OpenMode::read_write, .clock = &clock_});
    return opened ? std::move(*opened) : nullptr;
  }
  std::mt19937 random_{20261121};
};

TEST_F(ArrivalOrder, MakesNoDifferenceToAnswers) {
  for (int round = 0; round < 6; ++round) {
    std::vector<SpanRecord> arriving;
    std::vector<SpanRecord> last;
    for (uint64_t id = 1; id <= k_spans; ++id) {
      for (int64_t version = 0; version < k_versions; ++version) {
        arriving.push_back(random_version(id, 1000 * version));
      }
      last.push_back(arriving.back());
    }
    std::ranges::shuffle(arriving, random_);
    const Sessions sessions = random_sessions();
    const auto store = open_named(std::to_string(round) + ".db");
    for (const SpanRecord& record : arriving) {
      commit(*store, all_texts(), {record});
      if (random_() % 3 == 0) derive_as(*store, random_sessions());
      if (random_() % 2 == 0) {
        ASSERT_TRUE(store->index_some(1 + random_() % 4));
      }
    }
    derive_as(*store, sessions);
    index_all(*store);
    const auto fresh = open_named(std::to_string(round) + "_fresh.db");
    commit(*fresh, all_texts(), last);
    derive_as(*fresh, sessions);
    index_all(*fresh);
    ASSERT_EQ(answers(*store), answers(*fresh)) << "round " << round;
    ASSERT_EQ(store->index_state()->spans_waiting, 0u);
  }
}

}  // namespace
}  // namespace strobe::store
