#include <gtest/gtest.h>

#include "dialect/dialect.h"
#include "ingest/renormalise.h"
#include "property/upkeep_support.h"
#include "sqlite/database.h"

// After a dialect was mended, what an older one wrote becomes what the new one would have written.

namespace strobe::property {
namespace {

using ingest::Renormalise;

std::vector<Sample> some_samples() {
  std::vector<Sample> samples = captured_samples();
  EXPECT_GE(samples.size(), 4u);
  for (uint32_t seed = 1; seed <= 5; ++seed) samples.push_back(random_sample(seed));
  return samples;
}

// As if an older, worse dialect had read the spans.
void make_older(TestStore& store) {
  store.settled();
  auto database = sqlite::Database::open(store.path(), sqlite::OpenMode::read_write);
  ASSERT_TRUE(database);
  database->set_busy_timeout(std::chrono::seconds(5));
  const auto done = database->execute(
      "UPDATE trace SET normaliser = 0;"
      "UPDATE span SET kind = 0, status = 0, input = NULL, output = 7, context = NULL, basis = NULL, tool_name = NULL,"
      " session_key = NULL, error_type = NULL;"
      "UPDATE OR IGNORE setting SET model = 0, agent = 0, provider = 0;"
      "UPDATE message SET id = zeroblob(32);"
      // What is derived from that is wrong as well.
      "UPDATE trace SET dirty_since_ns = 1, changes = changes + 1");
  ASSERT_TRUE(done) << done.error().message;
}

// The elements that were read as messages, and what their ids are.
std::string messages_of(store::Store& store) {
  const auto rows = store.query("SELECT group_concat(hex(id)) FROM (SELECT id FROM message ORDER BY no)", 1);
  EXPECT_TRUE(rows) << rows.error().message;
  return rows ? rows->rows.at(0).at(0).value_or("") : "";
}

TEST(RenormaliseTest, WhatAnOlderDialectWroteBecomesWhatAFreshImportGives) {
  for (const Sample& sample : some_samples()) {
    SCOPED_TRACE(sample.name);
    TestStore store;
    store.send(sample.spans);
    const auto expected = shown_by_session(store.settled());
    const std::string messages = messages_of(store.settled());
    make_older(store);
    const auto report = ingest::renormalise(store.settled(), Renormalise::behind, {});
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_EQ(report->traces_left, 0) << report->reason;
    EXPECT_EQ(report->spans, static_cast<int64_t>(rows_of(store.settled(), "span")));
    EXPECT_EQ(rows_of(store.settled(), "trace WHERE normaliser <> " + std::to_string(dialect::k_normaliser_version)),
              0);
    const auto shown = shown_by_session(store.settled());
    EXPECT_EQ(shown.size(), expected.size());
    EXPECT_EQ(messages_of(store.settled()), messages);
    expect_part_of(shown, expected);
    EXPECT_EQ(problems_of(store.settled()), "");
  }
}

// The test above must be able to fail.
TEST(RenormaliseTest, WhatAnOlderDialectWroteIsSomethingElse) {
  const Sample sample = captured_samples().front();
  TestStore store;
  store.send(sample.spans);
  const auto expected = shown_by_session(store.settled());
  make_older(store);
  ASSERT_TRUE(ingest::derive_dirty_traces(store.settled(), 100));
  EXPECT_FALSE(shown_by_session(store.settled()) == expected);
}

TEST(RenormaliseTest, TwiceChangesNothingAndAddsNothing) {
  for (const Sample& sample : some_samples()) {
    SCOPED_TRACE(sample.name);
    TestStore store;
    store.send(sample.spans);
    const auto expected = shown_by_session(store.settled());
    const int64_t blobs = rows_of(store.settled(), "blob");
    const int64_t sequences = rows_of(store.settled(), "sequence");
    for (int round = 0; round < 2; ++round) {
      const auto report = ingest::renormalise(store.settled(), Renormalise::all, {});
      ASSERT_TRUE(report) << report.error().message;
      EXPECT_GT(report->spans, 0);
      EXPECT_EQ(report->traces_left, 0) << report->reason;
    }
    EXPECT_TRUE(shown_by_session(store.settled()) == expected);
    EXPECT_EQ(rows_of(store.settled(), "blob"), blobs);
    EXPECT_EQ(rows_of(store.settled(), "sequence"), sequences);
    const auto behind = ingest::renormalise(store.settled(), Renormalise::behind, {});
    ASSERT_TRUE(behind);
    EXPECT_EQ(behind->traces, 0);
  }
}

}  // namespace
}  // namespace strobe::property
