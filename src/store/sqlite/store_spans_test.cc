#include <algorithm>

#include "store/sqlite/schema.h"
#include "store/sqlite/test_support.h"

namespace strobe::store {
namespace {

using StoreSpans = StoreTest;

SpanFacts everything() {
  SpanFacts facts;
  facts.trace_id = trace_id(0xfe);
  facts.span_id = span_id(0xfedcba9876543210);
  facts.parent_span_id = span_id(0x8000000000000001);
  facts.start = {1'700'000'000'123'456'789};
  facts.end = {1'700'000'001'123'456'780};
  facts.kind = Kind::run;
  facts.rank = SpanRank::synthetic;
  facts.status = SpanStatus::error;
  int n = 0;
  for (auto text : {&SpanFacts::name, &SpanFacts::service, &SpanFacts::scope, &SpanFacts::dialect,
                    &SpanFacts::session_key, &SpanFacts::session_namespace, &SpanFacts::run_id, &SpanFacts::agent,
                    &SpanFacts::model, &SpanFacts::provider, &SpanFacts::tool_name, &SpanFacts::tool_call_id,
                    &SpanFacts::response_id, &SpanFacts::error_type, &SpanFacts::usage_rule}) {
    facts.*text = "text " + std::to_string(++n) + std::string(1, '\0') + "\xff";
  }
  facts.requested_tool_call_ids = {"a", "", std::string(300, 'b')};
  facts.has_usage = true;
  facts.is_rollup = true;
  facts.is_side_call = true;
  facts.usage = {.input = 1, .cache_read = 2, .cache_write = 3, .output = 4, .reasoning = INT64_MAX};
  facts.cost_kind = CostKind::partial;
  facts.cost_pico_usd = 123'456'789'012;
  facts.basis = ContextBasis::inferred;
  facts.ttft = DurationNs{0};
  facts.exit_code = -9;
  facts.cancelled = true;
  return facts;
}

void expect_equal(const SpanFacts& a, const SpanFacts& b) {
  // A field that is added to SpanFacts must be stored, compared here, and then counted here.
  static_assert(sizeof(SpanFacts) == 696, "SpanFacts changed: give the new field a column and a line in this test");
  EXPECT_EQ(a.trace_id, b.trace_id);
  EXPECT_EQ(a.span_id, b.span_id);
  EXPECT_EQ(a.parent_span_id, b.parent_span_id);
  EXPECT_EQ(a.start, b.start);
  EXPECT_EQ(a.end, b.end);
  EXPECT_EQ(a.kind, b.kind);
  EXPECT_EQ(a.rank, b.rank);
  EXPECT_EQ(a.status, b.status);
  for (auto text : {&SpanFacts::name, &SpanFacts::service, &SpanFacts::scope, &SpanFacts::dialect,
                    &SpanFacts::session_key, &SpanFacts::session_namespace, &SpanFacts::run_id, &SpanFacts::agent,
                    &SpanFacts::model, &SpanFacts::provider, &SpanFacts::tool_name, &SpanFacts::tool_call_id,
                    &SpanFacts::response_id, &SpanFacts::error_type, &SpanFacts::usage_rule}) {
    EXPECT_EQ(a.*text, b.*text);
  }
  EXPECT_EQ(a.requested_tool_call_ids, b.requested_tool_call_ids);
  EXPECT_EQ(a.has_usage, b.has_usage);
  EXPECT_EQ(a.is_rollup, b.is_rollup);
  EXPECT_EQ(a.is_side_call, b.is_side_call);
  EXPECT_EQ(a.usage, b.usage);
  EXPECT_EQ(a.cost_kind, b.cost_kind);
  EXPECT_EQ(a.cost_pico_usd, b.cost_pico_usd);
  EXPECT_EQ(a.basis, b.basis);
  EXPECT_EQ(a.ttft, b.ttft);
  EXPECT_EQ(a.input_context, b.input_context);
  EXPECT_EQ(a.exit_code, b.exit_code);
  EXPECT_EQ(a.cancelled, b.cancelled);
}

TEST_F(StoreSpans, EveryFactComesBack) {
  auto store = open();
  Batch batch;
  batch.content.pieces.push_back(plain("one"));
  SpanRecord full{.facts = everything(), .packed = {}, .resource = "r", .scope = "", .hash = {}, .context = {}};
  full.packed.bytes = std::string(5000, 'p');
  full.context.emplace();
  full.context->id.bytes.fill(9);
  full.context->input = sequence_of({"one"});
  full.facts.input_context = full.context->id;
  SpanRecord empty;
  empty.facts.trace_id = full.facts.trace_id;
  empty.facts.span_id = span_id(1);
  SpanRecord odd = empty;
  odd.facts.span_id = span_id(2);
  odd.facts.start = {INT64_MAX};
  odd.facts.end = {INT64_MIN};
  odd.facts.has_usage = true;
  batch.spans = {full, empty, odd};
  const auto done = store->commit(batch);
  ASSERT_TRUE(done) << done.error().message;
  store = open();
  const auto facts = store->facts_of_trace(full.facts.trace_id).value();
  ASSERT_EQ(facts.size(), 3u);
  for (const SpanRecord* record : {&full, &empty, &odd}) {
    const auto found = std::ranges::find(facts, record->facts.span_id, &SpanFacts::span_id);
    ASSERT_NE(found, facts.end());
    expect_equal(*found, record->facts);
  }
  Store::DerivedTrace derived{.trace_id = full.facts.trace_id, .span_count = 3, .parts = {part(1, 0xfe)}, .spans = {}};
  for (const auto& fact : facts) derived.spans.push_back({fact.span_id, session_id(1), 0, false});
  ASSERT_TRUE(store->save_derived({derived}));
  const auto stored = store->spans_of_session(session_id(1)).value();
  const auto alone = store->span(stored[0].facts.trace_id, stored[0].facts.span_id).value();
  ASSERT_TRUE(alone);
  EXPECT_EQ(alone->packed, stored[0].packed);
  EXPECT_EQ(store->span(trace_id(99), stored[0].facts.span_id).value(), std::nullopt);
  EXPECT_EQ(store->span(stored[0].facts.trace_id, span_id(12345)).value(), std::nullopt);
  ASSERT_EQ(stored.size(), 3u);
  const auto& back = stored[1];
  expect_equal(back.facts, full.facts);
  EXPECT_EQ(back.packed, full.packed.bytes);
  EXPECT_EQ(store->fetch_resource(back.resource).value(), "r");
  EXPECT_EQ(store->fetch_scope(back.scope).value(), "");
}

// Three versions of one span in every order and batching: the same row remains.
TEST_F(StoreSpans, TheSameVersionWinsInEveryOrder) {
  std::vector<SpanRecord> versions;
  const auto version = [&](SpanRank rank, int64_t end, const char* packed) {
    auto record = span(1, 1, packed);
    record.facts.rank = rank;
    record.facts.end = {end};
    record.facts.name = packed;
    versions.push_back(record);
  };
  version(SpanRank::pending, 900, "pending");
  version(SpanRank::real, 500, "early");
  version(SpanRank::real, 600, "late a");
  version(SpanRank::real, 600, "late b");
  const std::string winner = versions[2].hash > versions[3].hash ? "late a" : "late b";
  std::vector<size_t> order = {0, 1, 2, 3};
  uint8_t trace = 1;
  auto store = open();
  do {
    ++trace;
    for (auto& record : versions) record.facts.trace_id = trace_id(trace);
    if (trace % 2 == 0) {
      Batch batch;
      for (const size_t i : order) batch.spans.push_back(versions[i]);
      ASSERT_TRUE(store->commit(batch));
    } else {
      for (const size_t i : order) commit_one(*store, versions[i]);
    }
    const auto facts = store->facts_of_trace(trace_id(trace)).value();
    ASSERT_EQ(facts.size(), 1u);
    EXPECT_EQ(facts[0].name, winner);
    EXPECT_EQ(facts[0].end.ns, 600);
  } while (std::ranges::next_permutation(order).found);
  EXPECT_EQ(count_of(*store, "spans.replaced") + count_of(*store, "spans.superseded"), 24 * 3);
  EXPECT_EQ(count_of(*store, "spans.duplicate"), 0);
}

TEST_F(StoreSpans, ADuplicateIsCountedAndLeavesNothing) {
  auto store = open();
  Batch batch;
  batch.content.pieces.push_back(plain("one"));
  auto record = span(1, 1);
  record.packed.refs.emplace_back(sequence_of({"one"}));
  batch.spans = {record};
  ASSERT_TRUE(store->commit(batch));
  ASSERT_TRUE(store->save_derived({{.trace_id = trace_id(1), .span_count = 1, .parts = {}, .spans = {}}}));
  EXPECT_TRUE(store->dirty_traces(10)->empty());
  batch.spans[0].packed.refs[0] = sequence_of({"one"});
  batch.spans.push_back(span(1, 2));
  batch.spans.push_back(span(1, 2));
  ASSERT_TRUE(store->commit(batch));
  EXPECT_EQ(count_of(*store, "spans.duplicate"), 2);
  EXPECT_EQ(ask(*store, "SELECT count(*) FROM sequence"), "1");
  EXPECT_EQ(ask(*store, "SELECT spans FROM trace"), "2");
  EXPECT_EQ(store->dirty_traces(10)->size(), 1u);
}

TEST_F(StoreSpans, EmptyFactsTakeNoSpace) {
  auto store = open();
  Batch batch;
  for (uint64_t i = 0; i < 20'000; ++i) {
    auto record = span(static_cast<uint8_t>(1 + i / 100), i * 0x9e3779b97f4a7c15);
    record.packed.bytes = "";
    record.facts.start = {1'700'000'000'000'000'000 + static_cast<int64_t>(i * 1'234'567)};
    record.facts.end = {record.facts.start.ns + 45'678'901};
    record.hash = codec::sha256(std::to_string(i));
    batch.spans.push_back(record);
  }
  ASSERT_TRUE(store->commit(batch));
  ASSERT_TRUE(store->checkpoint());
  const auto bytes = std::stoll(ask(*store, "SELECT page_count FROM pragma_page_count")) * k_page_bytes;
  RecordProperty("bytes_per_span", static_cast<int>(bytes / 20'000));
  // A row of 32 columns with ids, times and a hash; and an index entry.
  EXPECT_LT(bytes / 20'000, 90) << bytes;
}

}  // namespace
}  // namespace strobe::store
