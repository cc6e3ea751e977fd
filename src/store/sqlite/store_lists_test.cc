#include <gtest/gtest.h>

#include <limits>

#include "store/sqlite/test_support.h"
#include "store/summary.h"

// What can be asked of a store in lists and sums, and that several answers can be of one moment.

namespace strobe::store {
namespace {

constexpr int64_t k_day_ns = int64_t{86'400} * 1'000'000'000;
constexpr TimeNs k_noon{20'000 * k_day_ns + k_day_ns / 2};

class StoreLists : public StoreTest {
 protected:
  // One trace with a root and `calls`, derived into one session of the same number.
  struct Call {
    std::string model;
    int64_t duration_ns = 10;
    SpanStatus status = SpanStatus::ok;
    bool counted = true;
    Kind kind = Kind::llm;
    std::string agent = {};
    Usage usage = {.input = 7, .output = 1};
  };
  struct Trace {
    TimeNs start = k_noon;
    std::string agent = "mender";
    std::vector<Call> calls;
    bool ended = true;
    SpanStatus root_status = SpanStatus::ok;
  };
  static SpanRecord call_span(uint8_t number, size_t i, const Trace& trace) {
    const Call& call = trace.calls[i];
    SpanRecord record = span(number, i + 2, "call " + std::to_string(i));
    record.facts.parent_span_id = span_id(1);
    record.facts.start = {trace.start.ns + static_cast<int64_t>(i) * 100};
    record.facts.end = {record.facts.start.ns + call.duration_ns};
    record.facts.kind = call.kind;
    record.facts.status = call.status;
    record.facts.model = call.kind == Kind::tool ? "" : call.model;
    record.facts.tool_name = call.kind == Kind::tool ? call.model : "";
    record.facts.agent = call.agent;
    record.facts.has_usage = call.counted;
    record.facts.usage = call.counted ? call.usage : Usage{};
    record.facts.cost_kind = call.counted ? CostKind::reported : CostKind::unpriced;
    record.facts.cost_pico_usd = call.counted ? 1000 : 0;
    return record;
  }
  static void add(Store& store, uint8_t number, const Trace& trace) {
    Batch batch;
    SpanRecord root = span(number, 1, "root");
    root.facts.name = "root " + std::to_string(number);
    root.facts.service = "shop";
    root.facts.start = trace.start;
    root.facts.end = {trace.start.ns + 1000};
    root.facts.kind = Kind::agent;
    batch.spans.push_back(root);
    Store::DerivedTrace derived{.trace_id = trace_id(number), .span_count = trace.calls.size() + 1};
    SessionPart made = part(number, number, trace.start.ns);
    made.end = root.facts.end;
    made.agent = trace.agent;
    made.service = "shop";
    made.has_ended_root = trace.ended;
    made.root_status = trace.root_status;
    derived.spans.push_back({span_id(1), session_id(number)});
    for (size_t i = 0; i < trace.calls.size(); ++i) {
      const Call& call = trace.calls[i];
      batch.spans.push_back(call_span(number, i, trace));
      const bool is_tool = call.kind == Kind::tool;
      derived.spans.push_back({span_id(i + 2), session_id(number), 1, call.counted && !is_tool});
      derived.spans.back().is_call = !is_tool;
      if (!is_tool) made.models.insert(call.model);
      if (call.status == SpanStatus::error) ++made.errors;
      if (!is_tool && call.counted) made.usage += call.usage;
    }
    derived.parts.push_back(made);
    const auto committed = store.commit(batch);
    ASSERT_TRUE(committed) << committed.error().message;
    const auto saved = store.save_derived({derived});
    ASSERT_TRUE(saved) << saved.error().message;
  }
  // First digits of the ids, in the order of the answer.
  static std::string sessions(Store& store, const SessionFilter& filter) {
    std::string ids;
    const auto rows = store.sessions(filter);
    if (!rows) return rows.error().message;
    for (const auto& row : *rows) ids += std::to_string(row.summary.id.bytes[0]);
    return ids;
  }
  static std::string traces(Store& store, const TraceFilter& filter) {
    std::string ids;
    const auto rows = store.traces(filter);
    if (!rows) return rows.error().message;
    for (const auto& row : *rows) ids += std::to_string(row.id.bytes[0]);
    return ids;
  }
  static std::string stats(Store& store, StatsBy by, const Filter& filter) {
    std::string text;
    const auto rows = store.stats(by, filter);
    if (!rows) return rows.error().message;
    for (const auto& row : *rows) text += row.key + ":" + std::to_string(row.calls) + " ";
    return text;
  }
  void add_three(Store& store) {
    add(store, 1, {.start = k_noon, .calls = {{.model = "gpt-4o-2024"}, {.model = "search", .kind = Kind::tool}}});
    add(store, 2,
        {.start = {k_noon.ns + 1},
         .agent = "Scout",
         .calls = {{.model = "claude-x", .status = SpanStatus::error}},
         .root_status = SpanStatus::error});
    add(store, 3, {.start = {k_noon.ns + k_day_ns}, .agent = "", .calls = {{.model = "gpt-4o-2024"}}, .ended = false});
  }
};

TEST_F(StoreLists, SessionsByEachCondition) {
  auto store = open();
  add_three(*store);
  EXPECT_EQ(sessions(*store, {}), "321");
  EXPECT_EQ(sessions(*store, {.filter = {.agent = "scou"}}), "2");
  EXPECT_EQ(sessions(*store, {.filter = {.agent = "S*T"}}), "2");
  EXPECT_EQ(sessions(*store, {.filter = {.agent = "shop"}}), "3") << "without an agent the service counts";
  EXPECT_EQ(sessions(*store, {.filter = {.model = "GPT-4o"}}), "31");
  EXPECT_EQ(sessions(*store, {.filter = {.model = "gpt-4o"}, .limit = 1}), "3");
  EXPECT_EQ(sessions(*store, {.filter = {.agent = "mender", .model = "claude"}}), "");
  EXPECT_EQ(sessions(*store, {.filter = {.since = TimeNs{k_noon.ns + 1}}}), "32");
  EXPECT_EQ(sessions(*store, {.filter = {.until = TimeNs{k_noon.ns + 1}}}), "1");
  EXPECT_EQ(sessions(*store, {.filter = {.until = TimeNs{std::numeric_limits<int64_t>::min()}}}), "");
  EXPECT_EQ(sessions(*store, {.filter = {.session = session_id(2)}}), "2");
  EXPECT_EQ(sessions(*store, {.filter = {.since = k_noon, .session = session_id(9)}}), "");
  EXPECT_EQ(sessions(*store, {.filter = {.until = k_noon, .session = session_id(2)}}), "");
  EXPECT_EQ(sessions(*store, {.limit = 0}), "");
}

TEST_F(StoreLists, SessionsByStatusAsOfAMoment) {
  auto store = open();
  add_three(*store);
  const TimeNs now = clock_.now();
  const TimeNs later{now.ns + k_silence_max.ns + 1};
  EXPECT_EQ(sessions(*store, {.filter = {.status = SessionStatus::ok, .now = now}}), "1");
  EXPECT_EQ(sessions(*store, {.filter = {.status = SessionStatus::error, .now = now}}), "2");
  EXPECT_EQ(sessions(*store, {.filter = {.status = SessionStatus::running, .now = now}}), "3");
  EXPECT_EQ(sessions(*store, {.filter = {.status = SessionStatus::running, .now = later}}), "");
  EXPECT_EQ(sessions(*store, {.filter = {.status = SessionStatus::unknown, .now = later}}), "3");
}

TEST_F(StoreLists, PagesGoThroughEverythingOnceThoughManyStartTogether) {
  auto store = open();
  for (uint8_t i = 1; i <= 9; ++i) add(*store, i, {.start = {k_noon.ns + i / 4}});
  std::string all_sessions, all_traces;
  SessionFilter page{.limit = 2};
  TraceFilter trace_page{.limit = 2};
  for (int i = 0; i < 5; ++i) {
    all_sessions += sessions(*store, page);
    all_traces += traces(*store, trace_page);
    const auto rows = store->sessions(page).value();
    page.after = SessionCursor{.start = rows.back().summary.start, .id = rows.back().summary.id};
    const auto trace_rows = store->traces(trace_page).value();
    trace_page.after = TraceFilter::Cursor{.start = trace_rows.back().start, .id = trace_rows.back().id};
  }
  EXPECT_EQ(all_sessions, "987654321");
  EXPECT_EQ(all_traces, "987654321");
  EXPECT_EQ(sessions(*store, page), "");
  EXPECT_EQ(traces(*store, trace_page), "");
}

TEST_F(StoreLists, TracesSayWhatTheyAre) {
  auto store = open();
  add_three(*store);
  const auto rows = store->traces({}).value();
  ASSERT_EQ(rows.size(), 3u);
  const TraceRow& second = rows[1];
  EXPECT_EQ(second.id, trace_id(2));
  EXPECT_EQ(second.session, session_id(2));
  EXPECT_EQ(second.root_name, "root 2");
  EXPECT_EQ(second.service, "shop");
  EXPECT_EQ(second.start.ns, k_noon.ns + 1);
  EXPECT_EQ(second.end.ns, k_noon.ns + 1001);
  EXPECT_EQ(second.spans, 2);
  EXPECT_EQ(second.errors, 1);
  EXPECT_EQ(second.tokens, 8);
  EXPECT_EQ(traces(*store, {.filter = {.model = "claude"}}), "2");
  EXPECT_EQ(traces(*store, {.filter = {.agent = "mender"}}), "1");
  EXPECT_EQ(traces(*store, {.filter = {.session = session_id(3)}}), "3");
  EXPECT_EQ(traces(*store, {.filter = {.session = session_id(9)}}), "");
  EXPECT_EQ(traces(*store, {.filter = {.status = SessionStatus::error}}), "2");
  EXPECT_EQ(traces(*store, {.filter = {.since = TimeNs{k_noon.ns + 1}}, .limit = 1}), "3");
}

TEST_F(StoreLists, ATraceInTwoSessionsIsOneRowFromItsEarliestPart) {
  auto store = open();
  Batch batch;
  batch.spans = {span(1, 1), span(1, 2), span(1, 3)};
  ASSERT_TRUE(store->commit(batch));
  Store::DerivedTrace derived{.trace_id = trace_id(1), .span_count = 3};
  derived.parts = {part(1, 1, 700), part(2, 1, 500)};
  for (auto& made : derived.parts) made.errors = 1;
  derived.spans = {{span_id(1), session_id(1)}, {span_id(2), session_id(1)}, {span_id(3), session_id(2)}};
  ASSERT_TRUE(store->save_derived({derived}));
  const auto rows = store->traces({}).value();
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].start.ns, 500);
  EXPECT_EQ(rows[0].end.ns, 750);
  EXPECT_EQ(rows[0].errors, 2);
  EXPECT_EQ(rows[0].session, session_id(1)) << "where most of its spans are";
  EXPECT_EQ(traces(*store, {.filter = {.session = session_id(2)}}), "1");
  EXPECT_EQ(traces(*store, {.filter = {.since = TimeNs{600}}}), "");
}

TEST_F(StoreLists, StatsByEachKey) {
  auto store = open();
  add_three(*store);
  EXPECT_EQ(stats(*store, StatsBy::model, {}), "gpt-4o-2024:2 claude-x:1 ");
  EXPECT_EQ(stats(*store, StatsBy::tool, {}), "search:1 ");
  EXPECT_EQ(stats(*store, StatsBy::agent, {}), ":1 Scout:1 mender:1 ");
  EXPECT_EQ(stats(*store, StatsBy::day, {}), "2024-10-04:2 2024-10-05:1 ");
  EXPECT_EQ(stats(*store, StatsBy::session, {}),
            session_id(1).hex() + ":1 " + session_id(2).hex() + ":1 " + session_id(3).hex() + ":1 ");
}

TEST_F(StoreLists, StatsWithinConditions) {
  auto store = open();
  add_three(*store);
  EXPECT_EQ(stats(*store, StatsBy::model, {.agent = "scout"}), "claude-x:1 ");
  EXPECT_EQ(stats(*store, StatsBy::model, {.model = "gpt*"}), "gpt-4o-2024:2 ");
  EXPECT_EQ(stats(*store, StatsBy::model, {.session = session_id(3)}), "gpt-4o-2024:1 ");
  EXPECT_EQ(stats(*store, StatsBy::model, {.session = session_id(9)}), "");
  EXPECT_EQ(stats(*store, StatsBy::model, {.since = TimeNs{k_noon.ns + 2}}), "gpt-4o-2024:1 ");
  EXPECT_EQ(stats(*store, StatsBy::model, {.until = TimeNs{k_noon.ns + 1}}), "gpt-4o-2024:1 ");
  EXPECT_EQ(stats(*store, StatsBy::model, {.status = SessionStatus::error}), "claude-x:1 ");
  EXPECT_EQ(stats(*store, StatsBy::tool, {.model = "claude"}), "");
  EXPECT_EQ(stats(*store, StatsBy::tool, {.agent = "mender", .model = "gpt"}), "search:1 ");
  // A session that began before `since` still has calls behind it.
  add(*store, 4, {.start = {5}, .calls = {{.model = "old"}, {.model = "new"}}});
  EXPECT_EQ(stats(*store, StatsBy::model, {.since = TimeNs{50}, .until = TimeNs{200}}), "new:1 ");
}

TEST_F(StoreLists, StatsAddUpWhatCallsTell) {
  auto store = open();
  std::vector<Call> calls;
  for (int64_t i = 1; i <= 100; ++i) calls.push_back({.model = "m", .duration_ns = i});
  // Failed without saying what it used: a call and an error, but no price is missing for it.
  calls.push_back({.model = "m", .duration_ns = 1'000, .status = SpanStatus::error, .counted = false});
  add(*store, 1, {.calls = calls});
  const auto rows = store->stats(StatsBy::model, {}).value();
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].calls, 101);
  EXPECT_EQ(rows[0].errors, 1);
  EXPECT_EQ(rows[0].usage, (Usage{.input = 700, .output = 100}));
  EXPECT_EQ(rows[0].cost_pico_usd, 100'000);
  EXPECT_EQ(rows[0].cost_kind, CostKind::reported);
  EXPECT_EQ(rows[0].p50.ns, 51);
  EXPECT_EQ(rows[0].p95.ns, 96);
  EXPECT_EQ(rows[0].p99.ns, 100);
  EXPECT_EQ(rows[0].total.ns, 6050);
}

TEST_F(StoreLists, AnAgentOfItsOwnComesBeforeThatOfTheSession) {
  auto store = open();
  add(*store, 1, {.calls = {{.model = "m"}, {.model = "m", .agent = "helper"}}});
  EXPECT_EQ(stats(*store, StatsBy::agent, {}), "helper:1 mender:1 ");
  EXPECT_EQ(stats(*store, StatsBy::model, {.agent = "helper"}), "m:1 ");
  EXPECT_EQ(stats(*store, StatsBy::model, {.agent = "mender"}), "m:1 ");
}

TEST_F(StoreLists, SumsOfAWholeAgentAreNoCallsButCount) {
  auto store = open();
  add(*store, 1, {.calls = {{.model = "m", .kind = Kind::agent}}});
  const auto rows = store->stats(StatsBy::model, {}).value();
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].calls, 0);
  EXPECT_EQ(rows[0].usage, (Usage{.input = 7, .output = 1}));
}

TEST_F(StoreLists, MetricPointsNewestFirst) {
  auto store = open();
  Batch batch;
  for (int i = 1; i <= 4; ++i) {
    const std::string text = "metric " + std::to_string(i);
    batch.points.push_back({.key = Hash256{codec::sha256(text)},
                            .name = i % 2 == 0 ? "Tokens.used" : "latency",
                            .service = i < 3 ? "shop" : "bakery",
                            .time = {i * 10},
                            .metric = text,
                            .resource = "r",
                            .scope = "s"});
  }
  ASSERT_TRUE(store->commit(batch));
  const auto found = [&](const MetricFilter& filter) {
    std::string numbers;
    const auto rows = store->metric_points(filter).value();
    for (const auto& row : rows) numbers += row.metric.substr(7);
    return numbers;
  };
  EXPECT_EQ(found({}), "4321");
  EXPECT_EQ(found({.limit = 3}), "432");
  EXPECT_EQ(found({.since = TimeNs{20}, .until = TimeNs{40}}), "32");
  EXPECT_EQ(found({.name = "token"}), "42");
  EXPECT_EQ(found({.name = "token", .service = "SHOP"}), "2");
  const auto row = store->metric_points({.limit = 1}).value()[0];
  EXPECT_EQ(row.time.ns, 40);
  EXPECT_EQ(row.name, "Tokens.used");
  EXPECT_EQ(row.service, "bakery");
  EXPECT_EQ(store->fetch_resource(row.resource).value(), "r");
  EXPECT_EQ(store->fetch_scope(row.scope).value(), "s");
}

TEST_F(StoreLists, LogsOfATraceInOrderOfTime) {
  auto store = open();
  Batch batch;
  for (int i = 1; i <= 3; ++i) {
    LogRecord log{.hash = codec::sha256("log " + std::to_string(i)),
                  .time = {100 - i},
                  .event_name = "event",
                  .service = "shop",
                  .packed = {.bytes = "packed " + std::to_string(i)},
                  .resource = "r",
                  .scope = "s"};
    if (i != 2) log.trace_id = trace_id(1);
    if (i == 3) log.span_id = span_id(7);
    batch.logs.push_back(log);
  }
  batch.logs.push_back(batch.logs.back());
  ASSERT_TRUE(store->commit(batch));
  const auto logs = store->logs_of_trace(trace_id(1)).value();
  ASSERT_EQ(logs.size(), 2u);
  EXPECT_EQ(logs[0].packed, "packed 3");
  EXPECT_EQ(logs[0].repeats, 1);
  EXPECT_EQ(logs[0].span_id, span_id(7));
  EXPECT_EQ(logs[0].time.ns, 97);
  EXPECT_EQ(logs[0].event_name, "event");
  EXPECT_EQ(logs[0].service, "shop");
  EXPECT_EQ(logs[1].packed, "packed 1");
  EXPECT_EQ(logs[1].span_id, std::nullopt);
  EXPECT_EQ(logs[1].repeats, 0);
  EXPECT_TRUE(store->logs_of_trace(trace_id(9))->empty());
}

TEST_F(StoreLists, AReadScopeSeesOneMomentWhileAnotherWrites) {
  auto reader = open();
  auto writer = open();
  add(*writer, 1, {});
  auto scope = reader->read_scope();
  ASSERT_TRUE(scope) << scope.error().message;
  {
    const auto inner = reader->read_scope();
    ASSERT_TRUE(inner);
    EXPECT_EQ(sessions(*reader, {}), "1");
  }
  add(*writer, 2, {});
  EXPECT_EQ(sessions(*reader, {}), "1") << "the inner scope's end changed nothing";
  EXPECT_EQ(traces(*reader, {}), "1");
  EXPECT_EQ(reader->session(session_id(2)).error().code, ErrorCode::not_found);
  scope->reset();
  EXPECT_EQ(sessions(*reader, {}), "21");
  add(*reader, 3, {});
  EXPECT_EQ(sessions(*reader, {}), "321") << "and now it may write";
}

TEST_F(StoreLists, AReadScopeIsOfTheMomentItBegan) {
  auto reader = open();
  auto writer = open();
  add(*writer, 1, {});
  const auto scope = reader->read_scope();
  ASSERT_TRUE(scope);
  add(*writer, 2, {});
  EXPECT_EQ(sessions(*reader, {}), "1") << "not of its first question";
}

TEST_F(StoreLists, WritingInAReadScopeIsOurBug) {
  auto store = open();
  const auto scope = store->read_scope();
  Batch batch;
  EXPECT_DEATH((void)store->commit(batch), "");
}

}  // namespace
}  // namespace strobe::store
