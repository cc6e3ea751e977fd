#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <optional>
#include <random>

#include "ingest/renormalise.h"
#include "property/log_support.h"
#include "property/upkeep_support.h"
#include "query/query.h"

// What log records tell of a span belongs to it, whenever they come.

namespace strobe::property {
namespace {

constexpr Telling k_tellings[] = {Telling::details, Telling::values, Telling::role_events, Telling::mixed};
constexpr TimeNs k_now{1'900'000'000'000'000'000};

// A span or a log record.
struct Signal {
  const RawSpan* span = nullptr;
  const RawLog* log = nullptr;
};

// All of them in any order, some twice.
std::vector<Signal> shuffled(const ToldSample& sample, std::mt19937& random) {
  std::vector<Signal> signals;
  for (const RawSpan& span : sample.spans) signals.push_back({.span = &span});
  for (const RawLog& log : sample.logs) signals.push_back({.log = &log});
  const size_t once = signals.size();
  for (size_t repeats = random() % (once + 1); repeats > 0; --repeats) signals.push_back(signals[random() % once]);
  std::ranges::shuffle(signals, random);
  return signals;
}

// Two processes at once: each batch is written by one of them, and now and then one settles or is begun anew.
std::map<SessionId, std::string> shown_by_two(const ToldSample& sample, std::mt19937& random) {
  const NewFile file;
  std::optional<Writer> writers[2];
  for (auto& writer : writers) writer.emplace(file.path());
  std::vector<RawSpan> spans;
  std::vector<RawLog> logs;
  const auto write = [&] {
    auto& writer = writers[random() % 2];
    writer->commit(spans, logs);
    spans.clear();
    logs.clear();
    if (random() % 4 == 0) writers[random() % 2]->settle();
    if (random() % 8 == 0) writer.emplace(file.path());
  };
  for (const Signal& signal : shuffled(sample, random)) {
    if (signal.span != nullptr) spans.push_back(*signal.span);
    if (signal.log != nullptr) logs.push_back(*signal.log);
    if (random() % 3 == 0) write();
  }
  write();
  writers[0]->settle();
  EXPECT_EQ(problems_of(writers[1]->store()), "");
  return shown_by_session(writers[1]->store());
}

TEST(LogTest, WhateverTheOrderTheBatchAndTheProcessTheAnswerIsTheSame) {
  std::mt19937 random(20261121);
  for (const Telling telling : k_tellings) {
    const ToldSample sample = told_sample(telling, 2, 6);
    const auto expected = shown_at_once(sample);
    ASSERT_EQ(expected.size(), 2u);
    for (int round = 0; round < 6; ++round) {
      ASSERT_TRUE(shown_by_two(sample, random) == expected)
          << "telling " << static_cast<int>(telling) << ", round " << round;
    }
  }
}

// The test above must be able to fail.
TEST(LogTest, AMissingLogRecordDoesChangeTheAnswer) {
  for (const Telling telling : k_tellings) {
    ToldSample sample = told_sample(telling, 1, 3);
    const auto whole = shown_at_once(sample);
    sample.logs.erase(sample.logs.begin());
    EXPECT_FALSE(shown_at_once(sample) == whole) << static_cast<int>(telling);
  }
}

struct Understood {
  std::vector<ContextId> contexts;
  std::vector<MessageId> outputs, transcript;
  int64_t input_tokens = 0;
};

Understood understood(const ToldSample& sample) {
  const NewFile file;
  Writer writer(file.path());
  writer.commit(sample.spans, sample.logs);
  writer.settle();
  Understood all;
  const auto sessions = query::list_sessions(writer.store(), {}, k_now);
  EXPECT_TRUE(sessions);
  for (const SessionSummary& summary : *sessions) {
    all.input_tokens += summary.usage.input;
    // As the transcript is read: without what calls repeat.
    const auto view = query::load_session(writer.store(), summary.id, query::Content::without_sequences, k_now);
    EXPECT_TRUE(view) << view.error().message;
    for (const SpanView& span : view->spans) {
      if (span.span.facts.input_context) all.contexts.push_back(*span.span.facts.input_context);
      all.outputs.insert(all.outputs.end(), span.output_messages.begin(), span.output_messages.end());
    }
    const auto transcript = query::read_transcript(writer.store(), *view);
    EXPECT_TRUE(transcript);
    for (const TranscriptEntry& entry : transcript->entries) all.transcript.push_back(entry.id);
  }
  return all;
}

// Whether an SDK puts the messages on the span or beside it is its own affair.
TEST(LogTest, WhatIsToldInLogRecordsIsUnderstoodAsOnSpans) {
  const Understood on_spans = understood(told_sample(Telling::on_spans, 2, 4));
  ASSERT_EQ(on_spans.contexts.size(), 8u);
  ASSERT_EQ(on_spans.outputs.size(), 8u);
  ASSERT_GT(on_spans.input_tokens, 0);
  for (const Telling telling : {Telling::details, Telling::values}) {
    SCOPED_TRACE(static_cast<int>(telling));
    const Understood told = understood(told_sample(telling, 2, 4));
    EXPECT_EQ(told.contexts, on_spans.contexts);
    EXPECT_EQ(told.outputs, on_spans.outputs);
    EXPECT_EQ(told.transcript, on_spans.transcript);
    EXPECT_EQ(told.input_tokens, on_spans.input_tokens);
  }
  // Role events say nothing of tokens, and their messages have the same words.
  const Understood told = understood(told_sample(Telling::role_events, 2, 4));
  EXPECT_EQ(told.contexts.size(), on_spans.contexts.size());
  EXPECT_EQ(told.outputs.size(), on_spans.outputs.size());
  EXPECT_EQ(told.transcript.size(), on_spans.transcript.size());
}

TEST(LogTest, ReadingAnewChangesNothingAndAddsNothing) {
  for (const Telling telling : k_tellings) {
    const ToldSample sample = told_sample(telling, 2, 5);
    const NewFile file;
    Writer writer(file.path());
    writer.commit(sample.spans, sample.logs);
    writer.settle();
    store::Store& store = writer.store();
    const auto expected = shown_by_session(store);
    const int64_t blobs = rows_of(store, "blob");
    const int64_t sequences = rows_of(store, "sequence");
    for (int round = 0; round < 2; ++round) {
      const auto report = ingest::renormalise(store, ingest::Renormalise::all, {});
      ASSERT_TRUE(report) << report.error().message;
      EXPECT_EQ(report->spans, static_cast<int64_t>(sample.spans.size()));
      EXPECT_EQ(report->traces_left, 0) << report->reason;
    }
    EXPECT_TRUE(shown_by_session(store) == expected) << static_cast<int>(telling);
    EXPECT_EQ(rows_of(store, "blob"), blobs);
    EXPECT_EQ(rows_of(store, "sequence"), sequences);
    EXPECT_EQ(problems_of(store), "");
  }
}

// Of what conversations share, those that stay keep what they need, also where a log record brought it.
TEST(LogTest, PruningKeepsWhatTheOthersNeed) {
  for (const Telling telling : k_tellings) {
    const ToldSample sample = told_sample(telling, 4, 4);
    const NewFile file;
    Writer writer(file.path());
    writer.commit(sample.spans, sample.logs);
    writer.settle();
    store::Store& store = writer.store();
    auto expected = shown_by_session(store);
    ASSERT_EQ(expected.size(), 4u);
    const int64_t logs = rows_of(store, "log");
    const auto report = store.prune({.sessions_max = 2, .now = k_now}, {});
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_EQ(report->sessions, 2);
    EXPECT_EQ(rows_of(store, "log"), logs - report->logs);
    EXPECT_EQ(report->logs, logs / 2);
    const auto shown = shown_by_session(store);
    EXPECT_EQ(shown.size(), 2u);
    expect_part_of(shown, expected);
    EXPECT_EQ(problems_of(store), "");
    // What is left goes with the last of them.
    ASSERT_TRUE(store.prune({.sessions_max = 0, .now = k_now}, {}));
    for (const char* table : {"span", "log", "blob", "context", "sequence", "amendment"}) {
      EXPECT_EQ(rows_of(store, table), 0) << table;
    }
  }
}

// Killed after the commit, before anything was attached: whoever opens the store next does it.
TEST(LogTest, AProcessThatIsKilledLeavesTheRestToTheNext) {
  const ToldSample sample = told_sample(Telling::mixed, 2, 4);
  const NewFile file;
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    Writer writer(file.path());
    writer.commit(sample.spans, {});
    writer.commit({}, sample.logs);
    ::_exit(testing::Test::HasFailure() ? 1 : 0);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_EQ(status, 0);
  Writer next(file.path());
  EXPECT_GT(rows_of(next.store(), "amendment"), 0);
  next.settle();
  EXPECT_EQ(rows_of(next.store(), "amendment"), 0);
  EXPECT_TRUE(shown_by_session(next.store()) == shown_at_once(sample));
}

// The pipeline does it by itself.
TEST(LogTest, ThePipelineAttachesWhatCameLate) {
  const ToldSample sample = told_sample(Telling::details, 1, 3);
  TestStore store;
  store.send(sample.spans);
  (void)store.settled();
  store.send_logs(sample.logs);
  EXPECT_TRUE(shown_by_session(store.settled()) == shown_at_once(sample));
}

}  // namespace
}  // namespace strobe::property
