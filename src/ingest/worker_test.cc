#include "ingest/worker.h"

#include <gtest/gtest.h>

#include <deque>
#include <utility>

#include "ingest/otlp_door.h"
#include "store/sqlite/connection.h"
#include "store/sqlite/sqlite_store_class.h"

namespace strobe::ingest {
namespace {

// A store that does not take what it is given now and then.
class RefusingStore : public store::SqliteStore {
 public:
  using SqliteStore::SqliteStore;
  Result<void> commit(store::Batch& batch) override {
    ++commits;
    if (refusals.empty()) return SqliteStore::commit(batch);
    const auto refusal = refusals.front();
    refusals.pop_front();
    return fail(refusal, "not now");
  }
  std::deque<ErrorCode> refusals;  // of the next commits
  int commits = 0;
};

// Collects what comes through the door, for one turn of the worker.
class Collector : public Intake {
 public:
  bool submit(Submission& submission) override {
    taken.push_back(std::move(submission));
    return true;
  }
  std::vector<Submission> taken;
};

class WorkerTest : public testing::Test {
 protected:
  WorkerTest() : worker_(store_, options_) {}

  void send(char digit) {
    const std::string body =
        R"({"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"0102030405060708090a0b0c0d0e0f10","name":"a",)"
        R"("spanId":"000000000000000)" +
        std::string(1, digit) + R"("}]}]}]})";
    receive_otlp({.encoding = Encoding::json, .body = std::make_shared<const std::string>(body)}, collector_,
                 [this](const OtlpAnswer& answer) { outcomes_.push_back(answer.outcome); });
  }
  // Answers all that was sent, in one group.
  std::vector<OtlpOutcome> turn() {
    worker_.turn(std::exchange(collector_.taken, {}), false);
    return std::exchange(outcomes_, {});
  }
  std::string stored() {
    const auto result = store_.query("SELECT count(*) FROM spans", 10);
    return result ? result->rows[0][0].value_or("null") : result.error().message;
  }

  PipelineOptions options_;
  RefusingStore store_{*store::open_connection(":memory:", store::OpenMode::read_write), {.path = ":memory:"}};
  Worker worker_;
  Collector collector_;
  std::vector<OtlpOutcome> outcomes_;
};

TEST_F(WorkerTest, WhatWasNotWrittenIsNotAcknowledged) {
  store_.refusals = {ErrorCode::unavailable};
  send('1');
  send('2');
  EXPECT_EQ(turn(), (std::vector{OtlpOutcome::busy, OtlpOutcome::busy}));
  EXPECT_EQ(store_.commits, 1) << "a store that is busy is not asked again for each";
  EXPECT_EQ(stored(), "0");
  send('1');
  EXPECT_EQ(turn(), std::vector{OtlpOutcome::taken});
  EXPECT_EQ(stored(), "1");
}

TEST_F(WorkerTest, AfterAConflictEverythingIsBroughtAgain) {
  store_.refusals = {ErrorCode::conflict};
  send('1');
  EXPECT_EQ(turn(), std::vector{OtlpOutcome::taken});
  EXPECT_EQ(store_.commits, 2);
  EXPECT_EQ(stored(), "1");
}

TEST_F(WorkerTest, WhatMayPassIsBusyAndWhatCannotBeStoredIsNot) {
  for (const ErrorCode code : {ErrorCode::unavailable, ErrorCode::timeout, ErrorCode::io}) {
    store_.refusals = {code};
    send('1');
    EXPECT_EQ(turn(), std::vector{OtlpOutcome::busy}) << static_cast<int>(code);
  }
  store_.refusals = {ErrorCode::corrupt};
  send('1');
  EXPECT_EQ(turn(), std::vector{OtlpOutcome::failed});
  EXPECT_EQ(stored(), "0");
}

TEST_F(WorkerTest, OneThatCannotBeStoredDoesNotTakeItsNeighboursWithIt) {
  store_.refusals = {ErrorCode::too_large, ErrorCode::too_large};
  send('1');
  send('2');
  send('3');
  EXPECT_EQ(turn(), (std::vector{OtlpOutcome::failed, OtlpOutcome::taken, OtlpOutcome::taken}));
  EXPECT_EQ(stored(), "2");
}

}  // namespace
}  // namespace strobe::ingest
