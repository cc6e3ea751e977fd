#include <gtest/gtest.h>

#include <cstdio>
#include <future>
#include <limits>
#include <random>
#include <thread>

#include "dialect/dialect.h"
#include "faulty_disk.h"
#include "folder.h"
#include "ingest/pipeline.h"
#include "ingest/stages.h"
#include "otlp/otlp.h"
#include "property/upkeep_support.h"
#include "query/query.h"
#include "scenario.h"
#include "sqlite/database.h"
#include "store/sqlite/schema.h"
#include "store/sqlite/sqlite_store.h"
#include "store/sqlite/version_1_test_support.h"

// What the sweep leaves out: the pipeline with its thread, migration, a slow disk, a file that goes, clocks that jump.

namespace strobe::faults {
namespace {

constexpr TimeNs k_now{1'800'000'000'000'000'000};

std::unique_ptr<store::Store> open_store(const std::string& path, const Clock& clock) {
  auto opened = store::open_sqlite({.path = path, .clock = &clock});
  EXPECT_TRUE(opened) << opened.error().message;
  return opened ? *std::move(opened) : nullptr;
}

class Recovery : public testing::Test {
 protected:
  ~Recovery() override { disk_.set_plan({}); }
  std::string path() const { return folder_.path() + "/strobe.db"; }
  Result<void> commit(store::Store& store, context::Splitter& splitter, size_t number) {
    RawBatch raw = requests_.request(number);
    store::Batch batch{.normaliser_version = dialect::k_normaliser_version};
    (void)ingest::prepare(raw, splitter, batch);
    batch.content = splitter.take_output();
    auto done = store.commit(batch);
    if (!done) splitter.forget();
    return done;
  }
  // Sends a request until it is taken; returns how often it was refused.
  int send(ingest::Pipeline& pipeline, size_t number) {
    for (int refusals = 0; refusals < 1000; ++refusals) {
      std::promise<Result<ingest::Acknowledgement>> done;
      ingest::Submission submission{.batch = requests_.request(number)};
      submission.done = [&done](Result<ingest::Acknowledgement> result) { done.set_value(std::move(result)); };
      if (!pipeline.submit(submission)) continue;
      const auto result = done.get_future().get();
      if (result) return refusals;
      EXPECT_TRUE(result.error().code == ErrorCode::unavailable || result.error().code == ErrorCode::io)
          << result.error().message;
      EXPECT_NE(result.error().message.find("cannot write the store " + path()), std::string::npos)
          << result.error().message;
    }
    ADD_FAILURE() << "request " << number << " is never taken";
    return 0;
  }

  FaultyDisk& disk_ = FaultyDisk::install();
  const Folder folder_;
  const Requests requests_;
  FixedClock clock_{k_now};
};

TEST_F(Recovery, ThePipelineGoesOnByItself) {
  std::string expected;
  int refusals = 0;
  uint64_t faults = 0;
  constexpr uint32_t k_seeds = 12;
  for (uint32_t seed = 0; seed <= k_seeds; ++seed) {
    for (const char* suffix : {"", "-wal", "-shm", "-journal"}) std::filesystem::remove(path() + suffix);
    auto store = open_store(path(), clock_);
    ingest::Pipeline pipeline(*store, {.derive_delay_ms = 1});
    std::mt19937 random(seed);
    if (seed > 0) {
      disk_.set_plan([&](const Call&) {
        const bool is_hit = random() % 50 == 0;
        faults += is_hit ? 1 : 0;
        return Fate{.damage = !is_hit ? Damage::none : random() % 2 == 0 ? Damage::io_error : Damage::short_write};
      });
    }
    for (size_t i = 0; i < requests_.size(); ++i) refusals += send(pipeline, i);
    disk_.set_plan({});
    // What could not be attached or derived meanwhile is tried again by itself.
    auto questions = open_store(path(), clock_);
    const auto waits = [&] {
      return !questions->dirty_traces(1).value().empty() || !questions->spans_to_amend(1).value().empty();
    };
    for (int tries = 0; tries < 500 && waits(); ++tries) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    pipeline.stop();
    const std::string found = everything_in(*store);
    if (seed == 0) expected = found;
    if (found != expected) {
      const auto differs = std::mismatch(found.begin(), found.end(), expected.begin(), expected.end());
      const size_t at = static_cast<size_t>(differs.first - found.begin());
      FAIL() << "seed " << seed << ":\n"
             << found.substr(at - std::min<size_t>(at, 100), 300) << "\ninstead of\n"
             << expected.substr(at - std::min<size_t>(at, 100), 300);
    }
    ASSERT_EQ(property::problems_of(*store), "") << "seed " << seed;
  }
  EXPECT_GT(refusals, 0);
  std::printf("faults: %llu under the pipeline, %d refusals\n", static_cast<unsigned long long>(faults), refusals);
}

// A session's task once stayed empty for ever when the question could not be read at the moment of deriving.
TEST_F(Recovery, WhatCannotBeReadJustNowIsDerivedLater) {
  const std::string copy = folder_.path() + "/copy.db";
  {
    auto store = open_store(path(), clock_);
    context::Splitter splitter({.parser = dialect::parse_element});
    for (size_t i = 0; i < requests_.size(); ++i) ASSERT_TRUE(commit(*store, splitter, i));
  }
  std::string expected;
  uint64_t calls = 1;
  for (uint64_t at = 0; at <= calls; ++at) {
    for (const char* suffix : {"", "-wal", "-shm", "-journal"}) std::filesystem::remove(copy + suffix);
    std::filesystem::copy_file(path(), copy);
    auto store = open_store(copy, clock_);  // one that has nothing in memory yet
    disk_.set_plan(
        [=](const Call& call) { return Fate{.damage = call.number == at ? Damage::io_error : Damage::none}; });
    (void)ingest::derive_dirty_traces(*store, 100);
    calls = at == 0 ? disk_.calls() : calls;
    disk_.set_plan({});
    while (ingest::derive_dirty_traces(*store, 100).value() > 0) continue;
    const std::string found = everything_in(*store);
    if (at == 0) expected = found;
    ASSERT_TRUE(found == expected) << "call " << at << " of " << calls;
  }
  std::printf("faults: %llu in deriving, each call once\n", static_cast<unsigned long long>(calls));
}

TEST_F(Recovery, ASlowDiskIsOnlySlow) {
  auto store = open_store(path(), clock_);
  disk_.set_plan([](const Call& call) {
    return Fate{.delay = std::chrono::milliseconds(call.operation == Operation::sync ? 30 : 0)};
  });
  ingest::Pipeline pipeline(*store, {.derive_delay_ms = 1});
  for (size_t i = 0; i < requests_.size(); ++i) EXPECT_EQ(send(pipeline, i), 0);
  pipeline.stop();
  EXPECT_EQ(property::problems_of(*store), "");
}

TEST_F(Recovery, NothingIsAcknowledgedIntoAFileThatIsGone) {
  auto store = open_store(path(), clock_);
  context::Splitter splitter({.parser = dialect::parse_element});
  ASSERT_TRUE(commit(*store, splitter, 0));
  for (const char* suffix : {"", "-wal"}) {
    const std::string away = folder_.path() + "/away";
    std::filesystem::rename(path() + suffix, away);
    const auto refused = commit(*store, splitter, 1);
    ASSERT_FALSE(refused) << suffix;
    EXPECT_EQ(refused.error().code, ErrorCode::io);
    EXPECT_EQ(refused.error().message, "cannot write the store " + path() + ": the file is gone or was replaced");
    EXPECT_FALSE(store->index_some(10));
    std::filesystem::rename(away, path() + suffix);
    EXPECT_TRUE(commit(*store, splitter, 1)) << suffix;
  }
}

class MigrationFaults : public Recovery, public testing::WithParamInterface<Damage> {
 protected:
  // Opens an older store while call `at` goes wrong, then again without; returns how many calls that took.
  uint64_t migrate(uint64_t at, Damage damage) {
    for (const char* suffix : {"", "-wal", "-shm", "-journal"}) std::filesystem::remove(path() + suffix);
    store::make_version_1(path());
    disk_.set_plan([=](const Call& call) { return Fate{.damage = call.number == at ? damage : Damage::none}; });
    auto store = store::open_sqlite({.path = path(), .clock = &clock_});
    if (!store && !disk_.is_dead()) {
      EXPECT_TRUE(store.error().code == ErrorCode::io || store.error().code == ErrorCode::unavailable)
          << store.error().message;
    }
    store = fail(ErrorCode::invalid, "");
    const uint64_t calls = disk_.calls();
    disk_.set_plan({});
    if (disk_.is_dead()) disk_.restart(at);
    store = store::open_sqlite({.path = path(), .clock = &clock_});
    if (!store) {
      ADD_FAILURE() << store.error().message;
      return calls;
    }
    const auto row = (*store)->query("SELECT cost_usd || ' ' || cost_kind FROM spans", 10);
    EXPECT_TRUE(row && row->rows.size() == 1 && row->rows[0][0] == "2.0 reported");
    auto database = sqlite::Database::open(path(), sqlite::OpenMode::read_only).value();
    EXPECT_EQ(database.text("PRAGMA integrity_check"), "ok");
    EXPECT_EQ(database.number("PRAGMA user_version"), store::schema_version());
    return calls;
  }
};

TEST_P(MigrationFaults, AnOlderStoreIsBroughtUpToDateAllTheSame) {
  constexpr uint64_t k_calls_max = 40;
  const uint64_t calls = migrate(0, Damage::none);
  const uint64_t step = std::max<uint64_t>(1, calls / k_calls_max);
  for (uint64_t at = 1; at <= calls && !HasFailure(); at += step) {
    SCOPED_TRACE("call " + std::to_string(at) + " of " + std::to_string(calls));
    migrate(at, GetParam());
  }
}

INSTANTIATE_TEST_SUITE_P(Each, MigrationFaults,
                         testing::Values(Damage::io_error, Damage::disk_full, Damage::short_write, Damage::kill,
                                         Damage::power_cut));

class ClockJumps : public Recovery {
 protected:
  ClockJumps() : store_(open_store(path(), clock_)) {}

  // A span whose root has not come yet: its session runs. `number` names its trace.
  void hear_of_running(uint8_t number) {
    const std::string trace(16, static_cast<char>(number));
    RawBatch raw;
    RawSpan span;
    span.trace_id = trace;
    span.span_id = "12345678";
    span.parent_span_id = "87654321";
    span.name = "step";
    span.start_time_unix_nano = static_cast<uint64_t>(k_now.ns);
    span.end_time_unix_nano = span.start_time_unix_nano + 1000;
    raw.spans = {span};
    context::Splitter splitter({.parser = dialect::parse_element});
    store::Batch batch{.normaliser_version = dialect::k_normaliser_version};
    (void)ingest::prepare(raw, splitter, batch);
    batch.content = splitter.take_output();
    ASSERT_TRUE(store_->commit(batch));
    ASSERT_TRUE(ingest::derive_dirty_traces(*store_, 10));
  }
  std::vector<SessionStatus> statuses() {
    std::vector<SessionStatus> found;
    const auto summaries = query::list_sessions(*store_, {}, clock_.now()).value();
    for (const SessionSummary& summary : summaries) {
      found.push_back(summary.status);
    }
    return found;
  }
  int64_t pruned(DurationNs older_than) {
    const auto report =
        store_->prune({.ended_before = TimeNs{clock_.now().ns - older_than.ns}, .now = clock_.now()}, {});
    EXPECT_TRUE(report) << report.error().message;
    return report ? report->sessions : -1;
  }

  static constexpr int64_t k_day_ns = 86'400'000'000'000;
  std::unique_ptr<store::Store> store_;
};

TEST_F(ClockJumps, BackwardsNothingThatRunsIsDeleted) {
  hear_of_running(1);
  for (const int64_t days : {1, 365, 20'000}) {
    clock_.set({k_now.ns - days * k_day_ns});
    EXPECT_EQ(statuses(), std::vector{SessionStatus::running}) << days;
    EXPECT_EQ(pruned({0}), 0) << days;
  }
  // What is heard of by the clock that is wrong still runs when it is right again for as long as others would.
  hear_of_running(2);
  EXPECT_EQ(statuses().size(), 2U);
}

TEST_F(ClockJumps, ForwardsWhatIsHeardOfAfterwardsStays) {
  hear_of_running(1);
  clock_.set({k_now.ns + 400 * k_day_ns});
  hear_of_running(2);
  EXPECT_EQ(pruned({30 * k_day_ns}), 1) << "silent for more than a year, as far as anybody can tell";
  EXPECT_EQ(statuses(), std::vector{SessionStatus::running});
}

TEST_F(ClockJumps, TheEndsOfTimeAreMoments) {
  hear_of_running(1);
  for (const int64_t now :
       {std::numeric_limits<int64_t>::min() + k_day_ns, int64_t{0}, std::numeric_limits<int64_t>::max()}) {
    clock_.set({now});
    EXPECT_EQ(statuses().size(), 1U);
    EXPECT_GE(pruned({k_day_ns}), 0);
    hear_of_running(1);
  }
  EXPECT_EQ(property::problems_of(*store_), "");
}

}  // namespace
}  // namespace strobe::faults
