#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <fstream>
#include <random>
#include <thread>

#include "codec/sha256.h"
#include "sqlite/database.h"
#include "store/sqlite/test_support.h"

// Copies made while others write, and whether damage is seen.

namespace strobe::store {
namespace {

constexpr int k_spans_per_trace = 3;

// One batch: a trace with a text, a history and a context of its own, and its session.
void write_session(Store& store, uint8_t number) {
  const std::string text = "message " + std::to_string(number);
  Batch batch;
  batch.content.pieces.push_back(plain(text));
  const auto sequence = sequence_of({text});
  for (uint64_t i = 1; i <= k_spans_per_trace; ++i) {
    auto record = span(number, i);
    record.packed.refs = {sequence, blob_id(text)};
    context::ContextRecord context;
    context.id.bytes.fill(number);
    context.input = sequence;
    context.messages = 1;
    record.facts.input_context = context.id;
    record.context = context;
    batch.spans.push_back(record);
  }
  batch.content.sequences.push_back(sequence);
  const auto done = store.commit(batch);
  ASSERT_TRUE(done) << done.error().message;
  Store::DerivedTrace derived{
      .trace_id = trace_id(number), .span_count = k_spans_per_trace, .parts = {part(number, number)}};
  for (uint64_t i = 1; i <= k_spans_per_trace; ++i) {
    derived.spans.push_back({.span_id = span_id(i), .session = session_id(number), .step = 1});
  }
  ASSERT_TRUE(store.save_derived({derived}));
}

// What a thorough look finds, a line each.
std::string problems_of(Store& store) {
  const auto health = store.examine(Examination::full, {});
  if (!health) return "error: " + health.error().message;
  std::string text;
  for (const std::string& problem : health->problems) text += problem + "\n";
  return text;
}

class StoreUpkeep : public StoreTest {
 protected:
  // A store of five sessions, changed behind its back.
  void damage(const char* sql) {
    {
      auto store = open();
      for (uint8_t number = 1; number <= 5; ++number) write_session(*store, number);
      ASSERT_EQ(problems_of(*store), "");
    }
    auto database = sqlite::Database::open(path(), sqlite::OpenMode::read_write).value();
    const auto done = database.execute(sql);
    ASSERT_TRUE(done) << done.error().message;
  }
};

struct Damage {
  const char* sql;
  const char* found;  // stands in what is said
};

class StoreUpkeepDamage : public StoreUpkeep, public testing::WithParamInterface<Damage> {};

TEST_P(StoreUpkeepDamage, IsNamed) {
  damage(GetParam().sql);
  const std::string problems = problems_of(*open());
  EXPECT_NE(problems.find(GetParam().found), std::string::npos) << "but said: " << problems;
}

INSTANTIATE_TEST_SUITE_P(
    Rows, StoreUpkeepDamage,
    testing::Values(Damage{"DELETE FROM blob WHERE no = 2", "references from span to blob lead nowhere"},
                    Damage{"DELETE FROM context WHERE no = 2", "3 references from span to context lead nowhere"},
                    Damage{"DELETE FROM sequence WHERE no = 2", "to sequence lead nowhere"},
                    Damage{"DELETE FROM trace WHERE no = 2", "3 spans without their trace"},
                    Damage{"DELETE FROM session WHERE no = 2", "1 parts without their session"},
                    Damage{"DELETE FROM span WHERE no = 2", "1 traces whose count of spans is wrong"},
                    Damage{"UPDATE span SET refs = x'ff' WHERE no = 2", "row 2 of span"}));

// Each page but the first in turn becomes rubbish: that is a finding whatever it held, and never a crash.
TEST_F(StoreUpkeep, RubbishInAnyPageIsAProblem) {
  damage("PRAGMA wal_checkpoint(TRUNCATE)");
  auto database = sqlite::Database::open(path(), sqlite::OpenMode::read_only).value();
  const int64_t page_bytes = database.number("PRAGMA page_size").value();
  const int64_t pages = database.number("PRAGMA page_count").value();
  ASSERT_GT(pages, 20);
  const std::string copy = folder_ + "/damaged.db";
  int opened = 0;
  for (int64_t page = 1; page < pages; ++page) {
    for (const char* suffix : {"-wal", "-shm"}) std::filesystem::remove(copy + suffix);
    std::filesystem::copy_file(path(), copy, std::filesystem::copy_options::overwrite_existing);
    std::fstream(copy, std::ios::in | std::ios::out | std::ios::binary).seekp(page * page_bytes)
        << std::string(static_cast<size_t>(page_bytes), '\x5a');
    auto store = open_sqlite({.path = copy});
    if (!store) {
      EXPECT_EQ(store.error().code, ErrorCode::corrupt) << store.error().message;
      continue;
    }
    ++opened;
    const auto health = (*store)->examine(Examination::quick, {});
    if (!health) {
      // Only where not even the versions can be read.
      EXPECT_EQ(health.error().code, ErrorCode::corrupt) << health.error().message;
      --opened;
    } else {
      EXPECT_FALSE(health->problems.empty()) << "page " << page + 1;
      for (const std::string& problem : health->problems) EXPECT_EQ(problem.find('\n'), std::string::npos) << problem;
    }
  }
  EXPECT_GT(opened, pages / 2) << "most damage leaves a file that can be examined";
}

// More than SQLite copies at one go (a step is 1000 pages), and incompressible.
void write_ballast(Store& store) {
  std::mt19937_64 random(1);
  std::string bytes(size_t{6} << 20, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random());
  Batch batch;
  batch.content.pieces.push_back(plain(bytes));
  const auto done = store.commit(batch);
  ASSERT_TRUE(done) << done.error().message;
}

// Commits session after session, a little ahead of what it was asked for: it shall be at work while a copy is made, and
// not be done before the last one.
class Writer {
 public:
  static constexpr int k_sessions_max = 250;
  static constexpr int k_sessions_ahead = 2;
  explicit Writer(std::unique_ptr<Store> store) : store_(std::move(store)), thread_([this] { run(); }) {}
  ~Writer() {
    stop_ = true;
    thread_.join();
  }
  int committed() const { return committed_; }
  void wait_for(int sessions) {
    wanted_ = std::min(sessions + k_sessions_ahead, k_sessions_max);
    while (committed_ < std::min(sessions, k_sessions_max)) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }

 private:
  void run() {
    while (!stop_) {
      if (committed_ >= wanted_) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
        continue;
      }
      const int number = committed_ + 1;
      write_session(*store_, static_cast<uint8_t>(number));
      committed_ = number;
    }
  }
  std::unique_ptr<Store> store_;
  std::atomic<int> committed_ = 0;
  std::atomic<int> wanted_ = k_sessions_ahead;
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

// A copy holds all sessions that were there when it began, perhaps some that came just then, and none without those
// before it.
TEST_F(StoreUpkeep, ABackupWhileAnotherWritesIsOfOneMoment) {
  write_ballast(*open());
  auto store = open(OpenMode::read_only);
  Writer writer(open());
  for (int round = 0; round < 6; ++round) {
    const std::string copy = folder_ + "/copy-" + std::to_string(round) + ".db";
    const int before = writer.committed();
    int steps = 0, at_first_step = 0;
    const auto done = store->backup(copy, [&](std::string_view, int64_t, int64_t) {
      if (++steps == 1) at_first_step = writer.committed();
      writer.wait_for(writer.committed() + 2);  // between every two steps somebody writes
      return true;
    });
    ASSERT_TRUE(done) << done.error().message;
    EXPECT_GE(steps, 2);
    EXPECT_GT(writer.committed(), before);
    auto opened = open_sqlite({.path = copy});
    ASSERT_TRUE(opened) << opened.error().message;
    EXPECT_EQ(problems_of(**opened), "");
    const int traces = std::stoi(ask(**opened, "SELECT count(*) FROM trace"));
    EXPECT_GE(traces, before);
    EXPECT_LE(traces, at_first_step + 1) << "committed, and not yet said to be";
    EXPECT_EQ(ask(**opened, "SELECT count(*) FROM span"), std::to_string(traces * k_spans_per_trace));
    for (int number = 1; number <= traces; ++number) {
      EXPECT_EQ((*opened)->facts_of_trace(trace_id(static_cast<uint8_t>(number)))->size(), size_t{k_spans_per_trace})
          << "trace " << number << " of " << traces;
    }
  }
}

TEST_F(StoreUpkeep, ABackupNeverOverwrites) {
  auto store = open();
  write_session(*store, 1);
  const std::string copy = folder_ + "/copy.db";
  ASSERT_TRUE(store->backup(copy, {}));
  write_session(*store, 2);
  EXPECT_EQ(store->backup(copy, {}).error().code, ErrorCode::conflict);
  EXPECT_EQ(ask(*open_sqlite({.path = copy}).value(), "SELECT count(*) FROM trace"), "1");
  EXPECT_EQ(
      store->backup(folder_ + "/stopped.db", [](std::string_view, int64_t, int64_t) { return false; }).error().code,
      ErrorCode::timeout);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 4)
      << "the store with its two files, and one copy: nothing is left of the one that was stopped";
}

// In a container the next process may well have the same id.
TEST_F(StoreUpkeep, WhatAKilledBackupLeftIsNotInTheWay) {
  auto store = open();
  write_session(*store, 1);
  const std::string copy = folder_ + "/copy.db", left = copy + ".unfinished-" + std::to_string(::getpid());
  std::ofstream(left) << "half a copy";
  const auto done = store->backup(copy, {});
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(ask(*open_sqlite({.path = copy}).value(), "SELECT count(*) FROM trace"), "1");
  EXPECT_TRUE(std::filesystem::exists(left)) << "somebody else's, perhaps";
}

// A trace that changed after it was read, or that was never read, is not written over.
TEST_F(StoreUpkeep, OnlyWhatWasReadIsReplaced) {
  auto store = open();
  write_session(*store, 1);
  Batch batch;
  for (uint64_t i = 1; i <= k_spans_per_trace; ++i) batch.spans.push_back(span(1, i, "read anew"));
  EXPECT_EQ(store->replace(batch).error().code, ErrorCode::conflict) << "never read";
  ASSERT_EQ(store->spans_of_trace(trace_id(1))->size(), size_t{k_spans_per_trace});
  commit_one(*open(), span(1, 9));
  EXPECT_EQ(store->replace(batch).error().code, ErrorCode::conflict) << "another span came";
  ASSERT_EQ(store->spans_of_trace(trace_id(1))->size(), size_t{k_spans_per_trace + 1});
  batch.spans.push_back(span(1, 9, "read anew"));
  const auto done = store->replace(batch);
  EXPECT_TRUE(done) << done.error().message;
}

// Points of a minute each, of equal size.
void write_points(Store& store, int count) {
  constexpr int64_t k_minute_ns = 60'000'000'000;
  std::mt19937_64 random(2);
  Batch batch;
  for (int i = 0; i < count; ++i) {
    std::string metric(1000, '\0');
    for (char& byte : metric) byte = static_cast<char>(random());
    batch.points.push_back({.key = Hash256{codec::sha256(metric)},
                            .name = "tokens",
                            .service = "shop",
                            .time = {i * k_minute_ns},
                            .metric = metric,
                            .resource = "r",
                            .scope = "s"});
  }
  const auto done = store.commit(batch);
  ASSERT_TRUE(done) << done.error().message;
}

TEST_F(StoreUpkeep, PointsLeaveForTheSizeWhenNoSessionCan) {
  auto store = open();
  write_points(*store, 3000);
  constexpr int64_t k_limit_bytes = 1'500'000;
  PruneRequest request{.file_bytes_max = k_limit_bytes, .now = {1}, .dry_run = true, .rows_per_slice = 100};
  const auto counted = store->prune(request, {});
  ASSERT_TRUE(counted) << counted.error().message;
  EXPECT_EQ(counted->limit_met, true);
  EXPECT_EQ(ask(*store, "SELECT count(*) FROM metric_point"), "3000") << "a dry run removes nothing";
  request.dry_run = false;
  const auto report = store->prune(request, {});
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_LE(report->file_bytes_after, k_limit_bytes);
  EXPECT_GT(report->file_bytes_after, k_limit_bytes / 2) << "no more than was needed";
  EXPECT_EQ(report->limit_met, true);
  EXPECT_LT(report->metric_points, counted->metric_points * 3 / 2);
  EXPECT_GT(report->metric_points, counted->metric_points * 2 / 3);
  // What stays is the newest.
  EXPECT_EQ(ask(*store, "SELECT min(time_ns) / 60000000000 FROM metric_point"), std::to_string(report->metric_points));
  request.file_bytes_max = 1;
  EXPECT_EQ(store->prune(request, {})->limit_met, false);
  EXPECT_EQ(ask(*store, "SELECT count(*) FROM metric_point"), "0");
  EXPECT_EQ(store->prune({.sessions_max = 1}, {})->limit_met, std::nullopt);
}

// As an older version could leave them, when it derived a trace that was just being erased.
TEST_F(StoreUpkeep, PruneRemovesPartsWithoutTheirTrace) {
  damage(
      "DELETE FROM span WHERE trace = 2; DELETE FROM trace WHERE no = 2;"
      "DELETE FROM place WHERE span NOT IN (SELECT no FROM span)");
  auto store = open();
  EXPECT_NE(problems_of(*store).find("1 parts without their trace"), std::string::npos) << problems_of(*store);
  const auto report = store->prune({.sessions_max = 100, .now = {1}}, {});
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->sessions, 0);
  EXPECT_EQ(problems_of(*store), "");
  EXPECT_EQ(ask(*store, "SELECT count(*) FROM session"), "4");
  EXPECT_EQ(ask(*store, "SELECT count(*) FROM part"), "4");
}

}  // namespace
}  // namespace strobe::store
