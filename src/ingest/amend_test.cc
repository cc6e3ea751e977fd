#include "ingest/amend.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <deque>
#include <filesystem>

#include "dialect/dialect.h"
#include "ingest/stages.h"
#include "otlp/otlp.h"
#include "store/sqlite/sqlite_store.h"
#include "store/sqlite/sqlite_store_class.h"

namespace strobe::ingest {
namespace {

// A store that does not take amendments now and then, as when another process prunes what they refer to.
class RefusingStore : public store::SqliteStore {
 public:
  using SqliteStore::SqliteStore;
  Result<void> amend(store::Amendments& amendments) override {
    if (refusals.empty()) return SqliteStore::amend(amendments);
    const auto refusal = refusals.front();
    refusals.pop_front();
    if (!refusal) return SqliteStore::amend(amendments);
    return fail(*refusal, "not now");
  }
  std::deque<std::optional<ErrorCode>> refusals;  // of the next calls; nothing: that one is taken
};

class AmendTest : public testing::Test {
 protected:
  AmendTest() {
    path_ = std::filesystem::temp_directory_path() / ("strobe_amend_" + std::to_string(::getpid()) + ".db");
    EXPECT_TRUE(store::open_sqlite({.path = path_}));
    auto database = sqlite::Database::open(path_, sqlite::OpenMode::read_write);
    EXPECT_TRUE(database) << database.error().message;
    store_ = std::make_unique<RefusingStore>(*std::move(database), store::OpenOptions{.path = path_});
    for (const char digit : {'1', '2', '3'}) add_span_and_log(digit);
    EXPECT_EQ(waiting().size(), 3u);
  }
  ~AmendTest() override {
    store_.reset();
    for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(path_ + suffix);
  }

  void add_span_and_log(char digit) {
    const std::string ids =
        R"("traceId":"0102030405060708090a0b0c0d0e0f10","spanId":"000000000000000)" + std::string(1, digit) + R"(",)";
    const std::string spans = R"({"resourceSpans":[{"scopeSpans":[{"spans":[{)" + ids +
                              R"("name":"chat m","startTimeUnixNano":"1000","endTimeUnixNano":"2000","attributes":)"
                              R"([{"key":"gen_ai.operation.name","value":{"stringValue":"chat"}}]}]}]}]})";
    const std::string logs =
        R"({"resourceLogs":[{"scopeLogs":[{"logRecords":[{)" + ids +
        R"("timeUnixNano":"1500","eventName":"gen_ai.user.message","body":)"
        R"({"kvlistValue":{"values":[{"key":"content","value":{"stringValue":"mend it"}}]}}}]}]}]})";
    commit(otlp::Signal::traces, spans);
    commit(otlp::Signal::logs, logs);
  }
  void commit(otlp::Signal signal, const std::string& body) {
    auto raw = otlp::decode_json(signal, std::make_shared<const std::string>(body));
    ASSERT_TRUE(raw) << raw.error().message;
    store::Batch batch{.normaliser_version = dialect::k_normaliser_version};
    ASSERT_EQ(prepare(*raw, splitter_, batch).rejected, 0);
    batch.content = splitter_.take_output();
    const auto done = store_->commit(batch);
    ASSERT_TRUE(done) << done.error().message;
  }

  std::vector<store::SpanToAmend> waiting() { return store_->spans_to_amend(100).value(); }
  size_t amend() { return amend_some(*store_, splitter_, 100).value(); }
  int64_t count_of(std::string_view name) {
    const auto counts = store_->counts();
    EXPECT_TRUE(counts);
    for (const store::Count& count : *counts) {
      if (count.name == name) return count.by;
    }
    return 0;
  }

  std::string path_;
  std::unique_ptr<RefusingStore> store_;
  context::Splitter splitter_{{.parser = dialect::parse_element}};
};

constexpr auto k_conflict = ErrorCode::conflict;

TEST_F(AmendTest, ASpanIsReadAgainWithTheLogThatTellsOfIt) {
  EXPECT_EQ(amend(), 3u);
  EXPECT_TRUE(waiting().empty());
  EXPECT_EQ(count_of("spans.amended"), 3);
  const auto spans = store_->facts_of_trace(*TraceId::from_hex("0102030405060708090a0b0c0d0e0f10"));
  ASSERT_TRUE(spans);
  ASSERT_EQ(spans->size(), 3u);
  for (const SpanFacts& span : *spans) EXPECT_TRUE(span.input_context) << "the message is in the log alone";
}

TEST_F(AmendTest, AReadableSpanIsNotGivenUpBecauseSomebodyPrunesThreeTimes) {
  store_->refusals = {k_conflict, k_conflict, k_conflict};
  EXPECT_EQ(amend(), 3u);
  EXPECT_EQ(count_of("spans.amended"), 3);
  EXPECT_EQ(count_of("spans.not_amended"), 0);
}

TEST_F(AmendTest, WhatIsNotTakenWaitsAndThoseBehindItGoBefore) {
  const uint64_t first = waiting().front().ticket;
  store_->refusals = {k_conflict, k_conflict, k_conflict, k_conflict};
  EXPECT_EQ(amend(), 2u);
  ASSERT_EQ(waiting().size(), 1u);
  EXPECT_EQ(waiting().front().ticket, first);
  EXPECT_EQ(amend(), 1u);
  EXPECT_EQ(count_of("spans.amended"), 3);
  EXPECT_EQ(count_of("spans.not_amended"), 0);
}

TEST_F(AmendTest, AStoreThatNeverTakesAnythingIsAskedOnlySoOften) {
  for (int i = 0; i < 1000; ++i) store_->refusals.emplace_back(k_conflict);
  EXPECT_EQ(amend(), 0u);
  EXPECT_GT(store_->refusals.size(), 900u);
  EXPECT_EQ(waiting().size(), 3u);
}

TEST_F(AmendTest, WhatTheStoreWillNeverTakeIsGivenUpAlone) {
  constexpr auto k_never = ErrorCode::too_large;
  store_->refusals = {k_never, k_never, {}, k_never};
  EXPECT_EQ(amend(), 3u);
  EXPECT_TRUE(waiting().empty());
  EXPECT_EQ(count_of("spans.amended"), 2);
  EXPECT_EQ(count_of("spans.not_amended"), 1);
}

TEST_F(AmendTest, AStoreThatCannotBeWrittenNowLosesNothing) {
  for (const ErrorCode code : {ErrorCode::unavailable, ErrorCode::io, ErrorCode::timeout}) {
    store_->refusals = {code};
    EXPECT_EQ(amend_some(*store_, splitter_, 100).error().code, code);
    EXPECT_EQ(waiting().size(), 3u);
  }
}

}  // namespace
}  // namespace strobe::ingest
