#include <algorithm>
#include <set>

#include "store/sqlite/test_support.h"
#include "store/summary.h"

namespace strobe::store {
namespace {

class StoreSessions : public StoreTest {
 protected:
  // A trace with `count` spans (ids 1...), all in `session`.
  static void save(Store& store, uint8_t trace, uint8_t session, size_t count, int64_t start = 100) {
    ASSERT_TRUE(store.save_derived({derived(trace, session, count, start)}));
  }
  static Store::DerivedTrace derived(uint8_t trace, uint8_t session, size_t count, int64_t start = 100) {
    Store::DerivedTrace made{
        .trace_id = trace_id(trace), .span_count = count, .parts = {part(session, trace, start)}, .spans = {}};
    for (size_t i = 1; i <= count; ++i) made.spans.push_back({span_id(i), session_id(session), 0, false});
    return made;
  }
};

SessionPart full_part() {
  SessionPart full = part(1, 1);
  full.session_namespace = "namespace";
  full.agent = "agent";
  full.service = "service";
  full.task = "a task with \"quotes\"";
  full.has_ended_root = true;
  full.root_status = SpanStatus::error;
  full.cancelled = true;
  full.spans = 1;
  full.steps = 2;
  full.llm_calls = 3;
  full.tool_calls = 4;
  full.errors = 5;
  full.models = {"b \"model\"", "a"};
  full.usage = {.input = 6, .cache_read = 7, .cache_write = 8, .output = 9, .reasoning = 10};
  full.cost = {.pico_usd = 11, .reported = 12, .computed = 13, .partial = 14, .unpriced = 15};
  return full;
}

TEST_F(StoreSessions, EveryFieldOfAPartComesBack) {
  auto store = open();
  clock_.set({4242});
  commit_one(*store, span(1, 1));
  const SessionPart full = full_part();
  ASSERT_TRUE(store->save_derived(
      {{.trace_id = trace_id(1), .span_count = 1, .parts = {full}, .spans = {{span_id(1), session_id(1), 3, true}}}}));
  const auto row = store->session(session_id(1)).value();
  const auto expected = summarise({full});
  EXPECT_EQ(row.heard_of.ns, 4242);
  EXPECT_EQ(row.has_ended_root, expected.has_ended_root);
  EXPECT_EQ(row.all_roots_ended, expected.all_roots_ended);
  EXPECT_EQ(row.root_status, SpanStatus::error);
  EXPECT_TRUE(row.cancelled);
  const SessionSummary& summary = row.summary;
  EXPECT_EQ(summary.id, full.session);
  EXPECT_EQ(summary.session_namespace, full.session_namespace);
  EXPECT_EQ(summary.key, full.key);
  EXPECT_EQ(summary.agent, full.agent);
  EXPECT_EQ(summary.service, full.service);
  EXPECT_EQ(summary.task, full.task);
  EXPECT_EQ(summary.start, full.start);
  EXPECT_EQ(summary.end, full.end);
  EXPECT_EQ(summary.spans, full.spans);
  EXPECT_EQ(summary.steps, full.steps);
  EXPECT_EQ(summary.llm_calls, full.llm_calls);
  EXPECT_EQ(summary.tool_calls, full.tool_calls);
  EXPECT_EQ(summary.errors, full.errors);
  EXPECT_EQ(summary.models, (std::vector<std::string>{"a", "b \"model\""}));
  EXPECT_EQ(summary.usage, full.usage);
  EXPECT_EQ(summary.cost_pico_usd, full.cost.pico_usd);
  EXPECT_EQ(summary.cost_kind, CostKind::partial);
  EXPECT_EQ(summary.traces, std::vector<TraceId>{trace_id(1)});
  EXPECT_EQ(ask(*store, "SELECT models FROM sessions"), "a,b \"model\"");
  EXPECT_EQ(ask(*store, "SELECT session || trace_step || counted FROM spans"), session_id(1).hex() + "31");
  EXPECT_EQ(ask(*store, "SELECT session_key FROM spans"), "key-1");
}

TEST_F(StoreSessions, TracesAreDirtyUntilDerivedAndAgainAfterAChange) {
  auto store = open();
  clock_.set({20});
  commit_one(*store, span(2, 1));
  clock_.set({30});
  commit_one(*store, span(1, 1));
  clock_.set({40});
  commit_one(*store, span(2, 2));
  EXPECT_EQ(store->dirty_traces(10).value(), (std::vector<TraceId>{trace_id(2), trace_id(1)})) << "oldest first";
  EXPECT_EQ(store->dirty_traces(1)->size(), 1u);
  save(*store, 2, 1, 2);
  EXPECT_EQ(store->dirty_traces(10).value(), std::vector<TraceId>{trace_id(1)});

  save(*store, 1, 1, 5);
  EXPECT_EQ(store->dirty_traces(10)->size(), 1u) << "the trace has one span, not five";
  EXPECT_EQ(store->session(session_id(1))->summary.traces.size(), 1u) << "and nothing was saved";

  // A span is replaced between reading and saving: the number of spans is the same.
  ASSERT_TRUE(store->facts_of_trace(trace_id(1)));
  auto later = span(1, 1, "later");
  later.facts.end.ns += 1;
  commit_one(*store, later);
  save(*store, 1, 1, 1);
  EXPECT_EQ(store->dirty_traces(10)->size(), 1u);
  ASSERT_TRUE(store->facts_of_trace(trace_id(1)));
  save(*store, 1, 1, 1);
  EXPECT_TRUE(store->dirty_traces(10)->empty());
}

TEST_F(StoreSessions, ATraceThatCannotBeBroughtUpToDateLetsTheOthersPass) {
  auto store = open();
  for (uint8_t i = 1; i <= 3; ++i) commit_one(*store, span(i, 1));
  clock_.set(TimeNs{2'000'000});
  EXPECT_EQ(store->save_derived({{.trace_id = trace_id(1), .is_unreadable = true}}).value(), 0u);
  EXPECT_EQ(store->save_derived({{.trace_id = trace_id(2), .span_count = 5}}).value(), 0u) << "it has changed";
  EXPECT_EQ(store->dirty_traces(1).value(), std::vector{trace_id(3)});
  EXPECT_EQ(store->dirty_traces(10)->size(), 3u);
  EXPECT_EQ(store->save_derived({derived(3, 1, 1)}).value(), 1u);
}

TEST_F(StoreSessions, SpansFollowTheirSessionWhenItChanges) {
  auto store = open();
  Batch batch;
  for (uint64_t i = 1; i <= 3; ++i) batch.spans.push_back(span(1, i));
  ASSERT_TRUE(store->commit(batch));
  auto derived_trace = derived(1, 1, 3);
  derived_trace.parts.push_back(part(2, 1));
  derived_trace.spans[1].session = session_id(2);
  ASSERT_TRUE(store->save_derived({derived_trace}));
  EXPECT_EQ(store->spans_of_session(session_id(1))->size(), 2u);
  EXPECT_EQ(store->spans_of_session(session_id(2)).value()[0].facts.span_id, span_id(2));
  EXPECT_EQ(ask(*store, "SELECT count(*) FROM place"), "1") << "only the odd one out";

  save(*store, 1, 2, 3);
  EXPECT_EQ(store->spans_of_session(session_id(1)).error().code, ErrorCode::not_found);
  EXPECT_EQ(store->session(session_id(1)).error().code, ErrorCode::not_found);
  EXPECT_EQ(store->spans_of_session(session_id(2))->size(), 3u);
  EXPECT_EQ(store->sessions({})->size(), 1u);
  EXPECT_EQ(ask(*store, "SELECT count(*) FROM session"), "1") << "one without parts is gone";
  EXPECT_EQ(ask(*store, "SELECT count(*) FROM place"), "0");
  EXPECT_FALSE(store->save_derived({{.trace_id = trace_id(1),
                                     .span_count = 3,
                                     .parts = {part(2, 1)},
                                     .spans = {{span_id(1), session_id(9), 0, false}}}}))
      << "a session without a part";
  EXPECT_EQ(store->spans_of_session(session_id(2))->size(), 3u);
}

TEST_F(StoreSessions, StateIsAnotherOneWhenSpansChangeAndOnlyThen) {
  auto store = open();
  commit_one(*store, span(1, 1));
  commit_one(*store, span(2, 1));
  save(*store, 1, 1, 1);
  save(*store, 2, 2, 1);
  const auto state = [&] { return store->session_state(session_id(1)).value(); };
  std::set<uint64_t> states = {state()};
  const auto is_new = [&] { return states.insert(state()).second; };
  commit_one(*store, span(1, 1));
  EXPECT_FALSE(is_new()) << "the same span again";
  commit_one(*store, span(2, 2));
  EXPECT_FALSE(is_new()) << "another session's";
  EXPECT_EQ(open(OpenMode::read_only)->session_state(session_id(1)).value(), state()) << "whoever asks";
  auto later = span(1, 1, "later");
  later.facts.end.ns += 1;
  commit_one(*store, later);
  EXPECT_TRUE(is_new()) << "a new version";
  save(*store, 1, 1, 1);
  EXPECT_TRUE(is_new()) << "derived";
  commit_one(*store, span(1, 2));
  EXPECT_TRUE(is_new()) << "one more";
  auto moved = derived(1, 1, 2);
  moved.parts.push_back(part(2, 1));
  moved.spans[1].session = session_id(2);
  ASSERT_TRUE(store->save_derived({moved}));
  EXPECT_TRUE(is_new()) << "which now belongs to another session";
  clock_.set(TimeNs{2'000'000});
  commit_one(*store, span(1, 2));
  ASSERT_TRUE(store->use_prices_of(20260101));
  EXPECT_TRUE(is_new()) << "to be derived again, as it was before";
  EXPECT_EQ(store->session_state(session_id(9)).error().code, ErrorCode::not_found);
}

TEST_F(StoreSessions, ListsNewestFirstWithinLimits) {
  auto store = open();
  for (uint8_t i = 1; i <= 5; ++i) {
    commit_one(*store, span(i, 1));
    save(*store, i, i, 1, i * 100);
  }
  // A second trace makes session 5 begin earlier.
  commit_one(*store, span(6, 1));
  save(*store, 6, 5, 1, 50);
  const auto starts = [&](const SessionFilter& filter) {
    std::vector<int64_t> found;
    const auto rows = store->sessions(filter).value();
    for (const auto& row : rows) found.push_back(row.summary.start.ns);
    return found;
  };
  EXPECT_EQ(starts({}), (std::vector<int64_t>{400, 300, 200, 100, 50}));
  EXPECT_EQ(starts({.limit = 2}), (std::vector<int64_t>{400, 300}));
  EXPECT_EQ(starts({.filter = {.since = TimeNs{200}, .until = TimeNs{301}}}), (std::vector<int64_t>{300, 200}));
  EXPECT_EQ(store->session(session_id(5))->summary.traces.size(), 2u);
}

TEST_F(StoreSessions, AreFoundByIdKeyAndTrace) {
  auto store = open();
  for (uint8_t i : {uint8_t{0xa1}, uint8_t{0xa2}, uint8_t{0xb1}}) {
    commit_one(*store, span(static_cast<uint8_t>(i + 0x20), 1));
    save(*store, static_cast<uint8_t>(i + 0x20), i, 1);
  }
  const auto find = [&](std::string_view prefix, size_t limit = 10) {
    return store->find_sessions(prefix, limit).value();
  };
  const auto a1 = session_id(0xa1), a2 = session_id(0xa2), b1 = session_id(0xb1);
  EXPECT_EQ(find(""), std::vector<SessionId>{});
  EXPECT_EQ(find("a"), (std::vector<SessionId>{a1, a2}));
  EXPECT_EQ(find("A1a"), std::vector<SessionId>{a1});
  EXPECT_EQ(find(b1.hex()), std::vector<SessionId>{b1});
  EXPECT_EQ(find("c1"), std::vector<SessionId>{a1}) << "by trace";
  EXPECT_EQ(find("key-"), (std::vector<SessionId>{a1, a2, b1})) << "by beginning of the key";
  EXPECT_EQ(find("key-162"), std::vector<SessionId>{a2});
  EXPECT_EQ(find("key-", 2).size(), 2u);
  EXPECT_EQ(find("f"), std::vector<SessionId>{});
  EXPECT_EQ(find("no such thing"), std::vector<SessionId>{});
  EXPECT_EQ(find(std::string(1000, 'a')), std::vector<SessionId>{});
}

}  // namespace
}  // namespace strobe::store
