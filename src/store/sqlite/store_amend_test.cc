#include <algorithm>

#include "codec/sha256.h"
#include "sqlite/database.h"
#include "store/sqlite/schema.h"
#include "store/sqlite/test_support.h"

// Spans and the log records that tell of them find each other, in whatever order they come and whoever writes them.

namespace strobe::store {
namespace {

LogRecord telling_log(uint8_t trace, uint64_t id, const std::string& packed = "log", int64_t time_ns = 5) {
  LogRecord log;
  log.trace_id = trace_id(trace);
  log.span_id = span_id(id);
  log.time = {time_ns};
  log.event_name = "gen_ai.choice";
  log.tells = true;
  log.packed.bytes = packed;
  log.resource = "resource";
  log.scope = "scope";
  log.hash = codec::sha256(packed);
  return log;
}

void commit_log(Store& store, const LogRecord& log) {
  Batch batch;
  batch.logs.push_back(log);
  const auto done = store.commit(batch);
  ASSERT_TRUE(done) << done.error().message;
}

// The span as it is understood with the log.
Amendments amended(uint64_t ticket, const SpanRecord& record) {
  Amendments amendments{.normaliser_version = 1};
  amendments.spans.push_back({ticket, record});
  amendments.spans.back().span.facts.model = "told";
  return amendments;
}

class StoreAmend : public StoreTest {
 protected:
  static std::vector<SpanToAmend> waiting(Store& store) { return store.spans_to_amend(100).value(); }
  static std::string model_of(Store& store, uint8_t trace) {
    return store.facts_of_trace(trace_id(trace)).value().at(0).model;
  }
};

TEST_F(StoreAmend, ASpanWaitsOnceTheLogAndItAreBothThere) {
  auto store = open();
  commit_log(*store, telling_log(1, 1));
  EXPECT_TRUE(waiting(*store).empty()) << "there is no span yet";
  commit_one(*store, span(1, 1));
  ASSERT_EQ(waiting(*store).size(), 1u);

  commit_one(*store, span(2, 1));
  EXPECT_EQ(waiting(*store).size(), 1u) << "nothing is told of it";
  commit_log(*store, telling_log(2, 1));
  ASSERT_EQ(waiting(*store).size(), 2u);

  Batch both;
  both.spans.push_back(span(3, 1));
  both.logs.push_back(telling_log(3, 1));
  ASSERT_TRUE(store->commit(both));
  const auto spans = waiting(*store);
  ASSERT_EQ(spans.size(), 3u);
  for (uint8_t i = 0; i < 3; ++i) {
    EXPECT_EQ(spans[i].span.facts.trace_id, trace_id(i + 1)) << "in the order in which they began to wait";
    EXPECT_EQ(spans[i].span.packed, "packed");
    ASSERT_EQ(spans[i].logs.size(), 1u);
    EXPECT_EQ(spans[i].logs[0].packed, "log");
  }
  EXPECT_EQ(store->spans_to_amend(2).value().size(), 2u);
}

TEST_F(StoreAmend, WhatTellsNothingOrOfAnotherSpanChangesNothing) {
  auto store = open();
  commit_one(*store, span(1, 1));
  LogRecord silent = telling_log(1, 1, "silent");
  silent.tells = false;
  commit_log(*store, silent);
  commit_log(*store, telling_log(1, 2));
  commit_log(*store, telling_log(2, 1));
  LogRecord nameless = telling_log(1, 1, "nameless");
  nameless.span_id.reset();
  commit_log(*store, nameless);
  EXPECT_TRUE(waiting(*store).empty());
  EXPECT_EQ(store->spans_told_of(trace_id(1)).value(), std::vector{span_id(2)});
  EXPECT_TRUE(store->spans_told_of(trace_id(9)).value().empty());
  EXPECT_TRUE(store->logs_telling_of(trace_id(1), span_id(1)).value().empty());
}

TEST_F(StoreAmend, AmendingChangesWhatIsUnderstoodAndNothingThatArrived) {
  auto store = open();
  commit_one(*store, span(1, 1));
  commit_log(*store, telling_log(1, 1));
  const Store::DerivedTrace derived{.trace_id = trace_id(1),
                                    .span_count = 1,
                                    .parts = {part(1, 1)},
                                    .spans = {{.span_id = span_id(1), .session = session_id(1)}}};
  ASSERT_TRUE(store->save_derived({derived}));
  ASSERT_TRUE(store->dirty_traces(10).value().empty());
  const std::string before = ask(*store, "SELECT quote(packed) || hash || heard_of_ns FROM span, trace");
  SpanRecord record = span(1, 1, "not looked at");
  record.context.emplace().id.bytes.fill(7);
  record.context->input = sequence_of({"told"});
  record.facts.input_context = record.context->id;
  Amendments amendments = amended(waiting(*store).at(0).ticket, record);
  amendments.content.pieces.push_back(plain("told"));
  ASSERT_TRUE(store->amend(amendments));
  EXPECT_TRUE(waiting(*store).empty());
  EXPECT_EQ(model_of(*store, 1), "told");
  EXPECT_EQ(store->facts_of_trace(trace_id(1)).value().at(0).input_context, record.facts.input_context);
  EXPECT_EQ(ask(*store, "SELECT quote(packed) || hash || heard_of_ns FROM span, trace"), before);
  EXPECT_EQ(store->dirty_traces(10).value(), std::vector{trace_id(1)});
  EXPECT_EQ(count_of(*store, "spans.amended"), 1);
  EXPECT_TRUE(store->examine(Examination::full, {}).value().problems.empty());
}

TEST_F(StoreAmend, WhatCameBeforeChangesNothingAndWhatIsNewWaitsAgain) {
  auto store = open();
  commit_one(*store, span(1, 1));
  commit_log(*store, telling_log(1, 1));
  Amendments first = amended(waiting(*store).at(0).ticket, span(1, 1));
  ASSERT_TRUE(store->amend(first));
  commit_log(*store, telling_log(1, 1));
  commit_one(*store, span(1, 1));
  EXPECT_TRUE(waiting(*store).empty()) << "duplicates";
  commit_log(*store, telling_log(1, 1, "another"));
  ASSERT_EQ(waiting(*store).size(), 1u);
  EXPECT_EQ(waiting(*store)[0].logs.size(), 2u);
  Amendments second = amended(waiting(*store)[0].ticket, span(1, 1));
  ASSERT_TRUE(store->amend(second));
  SpanRecord newer = span(1, 1, "newer");
  newer.facts.end.ns += 1;
  commit_one(*store, newer);
  ASSERT_EQ(waiting(*store).size(), 1u) << "a new version knows nothing of the logs";
  EXPECT_EQ(model_of(*store, 1), "");
}

// Whoever amends with what it read before must not take a later log for read.
TEST_F(StoreAmend, ALogThatComesMeanwhileIsNotMissed) {
  auto ours = open();
  auto theirs = open();
  commit_one(*ours, span(1, 1));
  commit_log(*ours, telling_log(1, 1));
  Amendments stale = amended(waiting(*ours).at(0).ticket, span(1, 1));
  Amendments in_time = stale;
  commit_log(*theirs, telling_log(1, 1, "meanwhile"));
  ASSERT_TRUE(ours->amend(stale));
  EXPECT_EQ(model_of(*ours, 1), "");
  ASSERT_EQ(waiting(*ours).size(), 1u);
  EXPECT_EQ(waiting(*ours)[0].logs.size(), 2u);
  // Nor when the other one has amended, and its queue was empty in between.
  in_time = amended(waiting(*theirs)[0].ticket, span(1, 1));
  Amendments again = in_time;
  ASSERT_TRUE(theirs->amend(in_time));
  EXPECT_TRUE(waiting(*theirs).empty());
  commit_log(*theirs, telling_log(1, 1, "after that"));
  again.spans[0].span.facts.model = "stale";
  ASSERT_TRUE(ours->amend(again));
  EXPECT_EQ(model_of(*ours, 1), "told");
  EXPECT_EQ(waiting(*ours).size(), 1u);
}

TEST_F(StoreAmend, TwoWritersFindEachOther) {
  auto ours = open();
  auto theirs = open();
  commit_log(*ours, telling_log(1, 1));
  commit_one(*theirs, span(1, 1));
  EXPECT_EQ(waiting(*ours).size(), 1u);
  commit_one(*ours, span(2, 1));
  commit_log(*theirs, telling_log(2, 1));
  EXPECT_EQ(waiting(*ours).size(), 2u);
}

TEST_F(StoreAmend, TheQueueSurvivesTheProcess) {
  {
    auto store = open();
    commit_one(*store, span(1, 1));
    commit_log(*store, telling_log(1, 1));
  }
  EXPECT_EQ(waiting(*open()).size(), 1u);
  EXPECT_EQ(waiting(*open(OpenMode::read_only)).size(), 1u);
}

TEST_F(StoreAmend, LogsStandInTheSameOrderHoweverTheyCame) {
  std::vector<LogRecord> logs;
  for (int i = 0; i < 6; ++i) logs.push_back(telling_log(1, 1, "log " + std::to_string(i), i / 3));
  const auto order = [&](uint8_t trace) {
    auto store = open();
    for (LogRecord log : logs) {
      log.trace_id = trace_id(trace);
      commit_log(*store, log);
    }
    std::string packed;
    const auto found = store->logs_telling_of(trace_id(trace), span_id(1)).value();
    for (const auto& log : found) packed += log.packed + ";";
    return packed;
  };
  const std::string forwards = order(1);
  std::ranges::reverse(logs);
  EXPECT_EQ(order(2), forwards);
  EXPECT_LT(forwards.find("log 2"), forwards.find("log 3"));
}

TEST_F(StoreAmend, WhatIsGivenUpLeavesTheQueueAndIsCounted) {
  auto store = open();
  commit_one(*store, span(1, 1));
  commit_log(*store, telling_log(1, 1));
  commit_one(*store, span(2, 1));
  commit_log(*store, telling_log(2, 1));
  auto database = sqlite::Database::open(path(), sqlite::OpenMode::read_write).value();
  ASSERT_TRUE(database.execute("UPDATE span SET packed = x'ff' WHERE trace = 1"));
  const auto spans = waiting(*store);
  ASSERT_EQ(spans.size(), 2u);
  EXPECT_TRUE(spans[0].is_unreadable);
  EXPECT_FALSE(spans[1].is_unreadable);
  Amendments amendments{.given_up = {spans[0].ticket}};
  ASSERT_TRUE(store->amend(amendments));
  EXPECT_EQ(waiting(*store).size(), 1u);
  EXPECT_EQ(count_of(*store, "spans.not_amended"), 1);
}

TEST_F(StoreAmend, ASessionThatIsPrunedWaitsForNothing) {
  auto store = open();
  commit_one(*store, span(1, 1));
  commit_log(*store, telling_log(1, 1));
  ASSERT_TRUE(store->save_derived({{.trace_id = trace_id(1),
                                    .span_count = 1,
                                    .parts = {part(1, 1)},
                                    .spans = {{.span_id = span_id(1), .session = session_id(1)}}}}));
  Amendments late = amended(waiting(*store).at(0).ticket, span(1, 1));
  const auto report = store->prune({.ended_before = TimeNs{INT64_MAX}, .now = {1LL << 62}}, {});
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->logs, 1);
  EXPECT_TRUE(waiting(*store).empty());
  ASSERT_TRUE(store->amend(late));
  EXPECT_EQ(ask(*store, "SELECT count(*) FROM span"), "0");
  EXPECT_TRUE(store->examine(Examination::full, {}).value().problems.empty());
}

// An older version was killed while it pruned; bringing its file up to date lets the spans that are left wait.
TEST_F(StoreAmend, ASessionThatIsBeingPrunedDoesNotComeBack) {
  auto store = open();
  commit_one(*store, span(1, 1));
  commit_log(*store, telling_log(1, 1));
  {
    auto database = sqlite::Database::open(path(), sqlite::OpenMode::read_write).value();
    ASSERT_TRUE(
        database.execute("UPDATE trace SET id = randomblob(16), dirty_since_ns = NULL, normaliser = 2147483647"));
  }
  Amendments late = amended(waiting(*store).at(0).ticket, span(1, 1));
  ASSERT_TRUE(store->amend(late));
  EXPECT_TRUE(waiting(*store).empty());
  EXPECT_EQ(ask(*store, "SELECT normaliser FROM trace"), "2147483647");
  EXPECT_TRUE(store->dirty_traces(10).value().empty());
}

// A file of the version before: its logs are looked at by their names, and its spans wait.
TEST_F(StoreAmend, AnOlderFileIsBroughtUpToDate) {
  constexpr size_t k_version_before = 4;
  {
    auto database = sqlite::Database::open(path(), sqlite::OpenMode::create).value();
    for (size_t i = 0; i < k_version_before; ++i) ASSERT_TRUE(migrations()[i].run(database));
    const auto done = database.execute(R"sql(
PRAGMA application_id = 0x53747262;
PRAGMA user_version = 4;
INSERT INTO name(no, text) VALUES(1, 'gen_ai.user.message'), (2, 'gen-ai.note'), (3, 'app.gen_ai.');
INSERT INTO trace VALUES(1, x'01010101010101010101010101010101', 5, 2, 1, NULL, NULL, 1);
INSERT INTO resource(no, hash, data) VALUES(1, x'01', x'');
INSERT INTO scope(no, hash, data) VALUES(1, x'01', x'');
INSERT INTO setting VALUES(1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0);
INSERT INTO span(no, trace, span_id, start_ns, duration_ns, hash, kind, status, rank, setting, name, packed)
  VALUES(1, 1, 1, 100, 50, 0, 2, 1, 2, 1, 1, x''), (2, 1, 2, 100, 50, 0, 2, 1, 2, 1, 1, x'');
INSERT INTO log(no, hash, time_ns, trace, span_id, event_name, service, resource, scope, packed)
  VALUES(1, x'01', 1, 1, 1, 1, 0, 1, 1, x''), (2, x'02', 1, 1, 2, 2, 0, 1, 1, x''), (3, x'03', 1, 1, 2, 3, 0, 1, 1, x''),
        (4, x'04', 1, NULL, 2, 1, 0, 1, 1, x''), (5, x'05', 1, 1, NULL, 1, 0, 1, 1, x'');
)sql");
    ASSERT_TRUE(done) << done.error().message;
  }
  const auto store = open();
  ASSERT_NE(store, nullptr);
  EXPECT_EQ(ask(*store, "SELECT group_concat(no) FROM log WHERE tells = 1"), "1");
  EXPECT_EQ(ask(*store, "SELECT group_concat(trace || '/' || span_id) FROM amendment"), "1/1");
}

}  // namespace
}  // namespace strobe::store
