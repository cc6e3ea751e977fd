#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "property/upkeep_support.h"
#include "store/sqlite/sqlite_store.h"

// Whatever is pruned, and whoever writes meanwhile: what stays is what it was, to the byte.

namespace strobe::property {
namespace {

constexpr TimeNs k_long_after{1'900'000'000'000'000'000};
constexpr int64_t k_first_start_ns = 1'700'000'000'000'000'000;
constexpr int64_t k_hour_ns = 3'600'000'000'000;
constexpr int k_traces = 12;
constexpr uint32_t k_rounds = 12;

std::string key_of(int number) { return "chat-" + std::to_string(number / 2); }

store::PruneRequest random_request(std::mt19937& random) {
  store::PruneRequest request{.now = k_long_after, .rows_per_slice = 1 + random() % 20};
  const auto hours = static_cast<int64_t>(random() % (k_traces + 1));
  if (random() % 3 != 0) request.ended_before = TimeNs{k_first_start_ns + hours * k_hour_ns};
  if (!request.ended_before || random() % 3 == 0) request.sessions_max = random() % 8;
  return request;
}

TEST(PruneTest, WhatStaysIsWhatItWas) {
  for (uint32_t seed = 1; seed <= std::min(k_rounds, random_samples_max()); ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    SharedSessions sessions(seed);
    TestStore store(false);
    for (int i = 0; i < k_traces; ++i) store.send(sessions.spans(i, key_of(i)));
    const auto before = shown_by_session(store.settled());
    ASSERT_GE(before.size(), 3u);
    const auto request = random_request(random);
    auto counted_request = request;
    counted_request.dry_run = true;
    const auto counted = store.settled().prune(counted_request, {});
    ASSERT_TRUE(counted) << counted.error().message;
    EXPECT_EQ(shown_by_session(store.settled()).size(), before.size()) << "a dry run removes nothing";
    const auto report = store.settled().prune(request, {});
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_EQ(report->spans, counted->spans);
    EXPECT_EQ(report->blobs, counted->blobs);
    EXPECT_EQ(report->contexts, counted->contexts);
    const auto after = shown_by_session(store.settled());
    EXPECT_EQ(static_cast<int64_t>(before.size() - after.size()), report->sessions);
    expect_part_of(after, before);
    EXPECT_EQ(problems_of(store.settled()), "");
    if (request.sessions_max) {
      EXPECT_LE(after.size(), *request.sessions_max);
    }
  }
}

// Between every two slices the pipeline writes new traces whose contents are just being pruned.
TEST(PruneTest, WhatIsWrittenMeanwhileStaysToo) {
  for (uint32_t seed = 1; seed <= std::min(k_rounds, random_samples_max()); ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    SharedSessions sessions(seed);
    TestStore store(false);
    TestStore reference(false);  // everything, and nothing pruned
    const auto send = [&](int number, const std::string& key) {
      const auto spans = sessions.spans(number, key);
      store.send(spans);
      reference.send(spans);
    };
    for (int i = 0; i < k_traces; ++i) send(i, key_of(i));
    store.settled();
    int written = 0;
    const auto write_more = [&](std::string_view, int64_t, int64_t) {
      if (written < 15 && random() % 3 == 0) {
        send(1000 + written, "new-" + std::to_string(written));
        ++written;
      }
      return true;
    };
    const auto report = store.settled().prune(random_request(random), write_more);
    ASSERT_TRUE(report) << report.error().message;
    send(2000, "afterwards");
    const auto after = shown_by_session(store.settled());
    expect_part_of(after, shown_by_session(reference.settled()));
    EXPECT_GE(after.size(), static_cast<size_t>(written)) << "what came meanwhile is not what is old";
    EXPECT_EQ(problems_of(store.settled()), "");
  }
}

TEST(PruneTest, TwoThatPruneAtOnceHarmNothing) {
  std::mt19937 random(7);
  SharedSessions sessions(7);
  TestStore store(false);
  for (int i = 0; i < k_traces; ++i) store.send(sessions.spans(i, key_of(i)));
  const auto before = shown_by_session(store.settled());
  auto other = store::open_sqlite({.path = store.path()});
  ASSERT_TRUE(other);
  int others = 0;
  const auto prune_too = [&](std::string_view, int64_t, int64_t) {
    if (others++ == 1) {
      EXPECT_TRUE((*other)->prune({.sessions_max = 2, .now = k_long_after, .rows_per_slice = 7}, {}));
    }
    return true;
  };
  const auto report = store.settled().prune({.sessions_max = 3, .now = k_long_after, .rows_per_slice = 3}, prune_too);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_GT(others, 2);
  const auto after = shown_by_session(store.settled());
  EXPECT_LE(after.size(), 3u);
  expect_part_of(after, before);
  EXPECT_EQ(problems_of(store.settled()), "");
}

// Stopped at any place, as by a kill between two transactions: the store is whole, and the next run finishes.
TEST(PruneTest, AnInterruptedRunIsFinishedByTheNext) {
  for (int slices = 0; slices < 40; slices += 3) {
    SCOPED_TRACE(slices);
    SharedSessions sessions(3);
    TestStore store(false);
    for (int i = 0; i < k_traces; ++i) store.send(sessions.spans(i, key_of(i)));
    const auto before = shown_by_session(store.settled());
    const store::PruneRequest request{.sessions_max = 4, .now = k_long_after, .rows_per_slice = 10};
    int left = slices;
    ASSERT_TRUE(store.settled().prune(request, [&](std::string_view, int64_t, int64_t) { return left-- > 0; }));
    EXPECT_EQ(problems_of(store.settled()), "");
    expect_part_of(shown_by_session(store.settled()), before);
    ASSERT_TRUE(store.settled().prune(request, {}));
    const auto after = shown_by_session(store.settled());
    EXPECT_LE(after.size(), 4u);
    expect_part_of(after, before);
    EXPECT_EQ(problems_of(store.settled()), "");
  }
}

TEST(PruneTest, PruningEverythingLeavesNothingBehind) {
  SharedSessions sessions(1);
  TestStore store(false);
  for (int i = 0; i < k_traces; ++i) store.send(sessions.spans(i, key_of(i)));
  for (const Sample& sample : captured_samples()) store.send(sample.spans);
  store.settled();
  const auto report = store.settled().prune({.ended_before = k_long_after, .now = k_long_after}, {});
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_LT(report->file_bytes_after, report->file_bytes_before);
  for (const char* table : {"span", "place", "part", "session", "trace", "log", "metric_point", "context", "sequence",
                            "blob", "message", "setting", "resource", "scope"}) {
    EXPECT_EQ(rows_of(store.settled(), table), 0) << table;
  }
  EXPECT_EQ(rows_of(store.settled(), "name"), 1) << "the empty string stays";
  EXPECT_EQ(problems_of(store.settled()), "");
}

// Sessions of which each has something of its own, so that removing one frees pages; all indexed.
void fill_large(TestStore& store) {
  SharedSessions sessions(1);
  for (int i = 0; i < 60; ++i) {
    auto spans = sessions.spans(i, key_of(i));
    std::string large;
    for (int line = 0; line < 2000; ++line) large += std::to_string(line * 7919 % (i + 1013)) + " ";
    const KeyValue attribute{"large", Value::of_string(large)};
    spans.front().attributes = {&attribute, 1};
    store.send(spans);
  }
  // Whoever writes while the size is read makes it larger again: the index of texts comes first.
  while (store.settled().index_some(1000).value() > 0) {
  }
}

TEST(PruneTest, AFileIsMadeAsSmallAsWasAsked) {
  TestStore store(false);
  fill_large(store);
  const auto before = shown_by_session(store.settled());
  const auto whole = store.settled().prune({.file_bytes_max = int64_t{1} << 40, .now = k_long_after}, {});
  ASSERT_TRUE(whole) << whole.error().message;
  EXPECT_EQ(whole->sessions, 0);
  const int64_t limit = whole->file_bytes_after * 7 / 10;
  const auto report = store.settled().prune({.file_bytes_max = limit, .now = k_long_after}, {});
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_LE(report->file_bytes_after, limit);
  EXPECT_GT(report->sessions, 0);
  const auto after = shown_by_session(store.settled());
  EXPECT_GT(after.size(), 0u) << "no more than was needed";
  expect_part_of(after, before);
  EXPECT_EQ(problems_of(store.settled()), "");
}

TEST(PruneTest, TheEstimateIsNotFarOff) {
  for (const size_t stay : {size_t{0}, size_t{15}}) {
    SCOPED_TRACE(stay);
    TestStore store(false);
    fill_large(store);
    store::PruneRequest request{.sessions_max = stay, .now = k_long_after, .dry_run = true};
    const auto counted = store.settled().prune(request, {});
    request.dry_run = false;
    const auto report = store.settled().prune(request, {});
    ASSERT_TRUE(counted && report);
    EXPECT_LT(report->file_bytes_after, report->file_bytes_before * 3 / 4);
    EXPECT_LT(counted->file_bytes_after, report->file_bytes_after * 3 / 2);
    EXPECT_GT(counted->file_bytes_after, report->file_bytes_after * 2 / 3);
  }
}

TEST(PruneTest, ARunningSessionStays) {
  SharedSessions sessions(1);
  TestStore store(false);
  auto spans = sessions.spans(1, key_of(1));
  for (RawSpan& span : spans) span.parent_span_id = "\x01\x02\x03\x04\x05\x06\x07\x08";  // no root has come yet
  store.send(spans);
  const TimeNs soon{1'800'000'000'000'000'000};
  const auto report = store.settled().prune({.ended_before = k_long_after, .now = soon}, {});
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->sessions, 0);
  EXPECT_GT(rows_of(store.settled(), "span"), 0);
}

}  // namespace
}  // namespace strobe::property
