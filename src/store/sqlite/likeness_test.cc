#include <algorithm>

#include "store/sqlite/kin.h"
#include "store/sqlite/test_support.h"

// What is compressed against something like it: pieces that share a long word, records of one setting.
namespace strobe::store {
namespace {

using StoreLikeness = StoreTest;

std::string call(std::string_view id) {
  return R"({"role":"assistant","parts":[{"type":"tool_call","id":")" + std::string(id) +
         R"(","name":"read","arguments":{}}]})";
}

TEST(Kin, FindsWhatSharesALongWord) {
  Kin kin;
  const auto base = std::make_shared<const Kin::Base>(Kin::Base{7, call("call_0123456789abcdef")});
  kin.remember(Kin::words_of(base->literal), base);
  EXPECT_EQ(kin.find(Kin::words_of("the answer to call_0123456789abcdef is 42")), base);
  EXPECT_EQ(kin.find(Kin::words_of("the answer to call_0123456789abcdeX is 42")), nullptr);
  EXPECT_EQ(kin.find(Kin::words_of("short words only, role and parts")), nullptr);
  EXPECT_EQ(kin.find(Kin::words_of("")), nullptr);
  kin.clear();
  EXPECT_EQ(kin.find(Kin::words_of(base->literal)), nullptr);
}

TEST(Kin, KeepsTheLongestOfManyWords) {
  const std::string longest = "aaaaaaaaaaaaaaaaaa";
  const std::string three = longest + " bbbbbbbbbbbbbbbbb cccccccccccccccc ";
  const std::string padding(1024, ' ');
  EXPECT_EQ(Kin::words_of("dddddddddddddd " + three + " eeeeeeeeeeeee " + three + padding),
            Kin::words_of(three + padding));
  EXPECT_NE(Kin::words_of(three + padding)[2], 0u);
  // Of a short text only the longest word counts.
  EXPECT_EQ(Kin::words_of(three), Kin::words_of("dddddddddddddd " + longest));
}

TEST_F(StoreLikeness, MessagesToldAgainTakeLittleAndComeBack) {
  auto store = open();
  const std::string first = call("call_Zq83Kd0WmPx71LfYb5Tn");
  const std::string again = first.substr(0, first.size() - 1) + R"(,"finish_reason":"stop"})";
  const std::string answer = R"({"role":"tool","parts":[{"id":"call_Zq83Kd0WmPx71LfYb5Tn","response":"x"}]})";
  auto record = span(1, 1);
  Batch batch;
  for (const auto& text : {first, again, answer}) {
    batch.content.pieces.push_back(plain(text));
    record.packed.refs.emplace_back(blob_id(text));
  }
  batch.spans.push_back(record);
  ASSERT_TRUE(store->commit(batch));
  EXPECT_EQ(ask(*store, "SELECT count(*) FROM blob WHERE base = 1"), "2");
  uint64_t number = 1;
  for (const auto& text : {first, again, answer}) EXPECT_EQ(*store->fetch_blob(number++), text);
}

TEST_F(StoreLikeness, RecordsOfOneSettingShareASampleAndComeBack) {
  std::string common;
  for (int i = 0; i < 40; ++i)
    common += "attribute." + std::to_string(i * 7919) + "=" + std::to_string(i * i * 104729) + ";";
  auto store = open();
  const auto record = [&](uint64_t id) { return span(1, id, common + "only in " + std::to_string(id)); };
  // The second comes in a commit of its own and after the store was opened again: samples are a matter of the process.
  for (const auto& ids : {std::vector<uint64_t>{1, 2}, std::vector<uint64_t>{3}, std::vector<uint64_t>{4, 5}}) {
    Batch batch;
    for (const uint64_t id : ids) batch.spans.push_back(record(id));
    ASSERT_TRUE(store->commit(batch));
    if (ids.size() == 1) store = open();
  }
  EXPECT_EQ(ask(*store, "SELECT count(*) FROM span WHERE length(packed) < 60"), "3");
  std::vector<Store::DerivedSpan> places;
  for (uint64_t id = 1; id <= 5; ++id) places.push_back({span_id(id), session_id(1), 0, false});
  (void)*store->facts_of_trace(trace_id(1));
  ASSERT_TRUE(
      store->save_derived({{.trace_id = trace_id(1), .span_count = 5, .parts = {part(1, 1)}, .spans = places}}));
  auto spans = *store->spans_of_session(session_id(1));
  ASSERT_EQ(spans.size(), 5u);
  std::ranges::sort(spans, {}, [](const StoredSpan& stored) { return stored.facts.span_id; });
  for (uint64_t id = 1; id <= 5; ++id) EXPECT_EQ(spans[id - 1].packed, record(id).packed.bytes);
}

}  // namespace
}  // namespace strobe::store
