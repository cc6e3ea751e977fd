#include <algorithm>
#include <atomic>
#include <fstream>
#include <thread>

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
    }
  }
  EXPECT_GT(opened, pages / 2) << "most damage leaves a file that can be examined";
}

// The writer commits session after session; a copy holds all those that were there when it began, perhaps some of those
// that came while it ran, and none without those before it.
TEST_F(StoreUpkeep, ABackupWhileAnotherWritesIsOfOneMoment) {
  constexpr uint8_t k_sessions = 200;
  {
    (void)open();
  }
  std::atomic<int> committed = 0;
  std::thread writer([&] {
    auto store = open();
    for (uint8_t number = 1; number <= k_sessions && !HasFatalFailure(); ++number) {
      write_session(*store, number);
      committed = number;
    }
  });
  auto store = open(OpenMode::read_only);
  int taken_while_writing = 0;
  for (int round = 0; round == 0 || committed < k_sessions; ++round) {
    const std::string copy = folder_ + "/copy-" + std::to_string(round) + ".db";
    const int before = committed;
    const auto done = store->backup(copy, {});
    const int after = committed;
    ASSERT_TRUE(done) << (writer.join(), done.error().message);
    auto opened = open_sqlite({.path = copy});
    EXPECT_TRUE(opened) << (opened ? "" : opened.error().message);
    if (!opened) break;
    EXPECT_EQ(problems_of(**opened), "");
    const int traces = std::stoi(ask(**opened, "SELECT count(*) FROM trace"));
    EXPECT_GE(traces, before);
    EXPECT_LE(traces, after + 1);  // committed, and not yet said to be
    EXPECT_EQ(ask(**opened, "SELECT count(*) FROM span"), std::to_string(traces * k_spans_per_trace));
    for (int number = 1; number <= traces; ++number) {
      EXPECT_EQ((*opened)->facts_of_trace(trace_id(static_cast<uint8_t>(number)))->size(), size_t{k_spans_per_trace})
          << "trace " << number << " of " << traces;
    }
    taken_while_writing += after > before ? 1 : 0;
    if (committed < k_sessions) continue;
    break;
  }
  writer.join();
  EXPECT_GT(taken_while_writing, 0) << "nothing was written during any copy";
  EXPECT_EQ(problems_of(*open()), "");
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

}  // namespace
}  // namespace strobe::store
