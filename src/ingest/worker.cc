#include "ingest/worker.h"

#include <algorithm>
#include <new>
#include <utility>

#include "dialect/dialect.h"
#include "ingest/stages.h"

namespace strobe::ingest {

namespace {

// Traces brought up to date between two looks at the queue.
constexpr size_t k_derive_traces_at_once = 64;
// Spans indexed between two looks at the queue; the store ends a slice earlier when it holds much text.
constexpr size_t k_index_spans_at_once = 256;
// Deriving, and indexing likewise, may take at most this share of the thread's time under load: one part in ten.
constexpr int k_rest_factor = 9;
// What could not be indexed is tried again after this, or after the next commit, or by whoever searches.
constexpr std::chrono::milliseconds k_index_retry{1000};
constexpr int k_idle_wait_ms = 3'600'000;
// A pipeline that stops leaves what it cannot index in this time to whoever opens the store next.
constexpr std::chrono::seconds k_index_at_end_max{2};

void answer(std::span<Submission> submissions, const Result<void>& committed,
            std::span<const Acknowledgement> acknowledgements) {
  for (size_t i = 0; i < submissions.size(); ++i) {
    if (committed) {
      submissions[i].done(acknowledgements[i]);
    } else {
      submissions[i].done(std::unexpected(committed.error()));
    }
  }
}

}  // namespace

Worker::Worker(store::Store& store, const PipelineOptions& options)
    : store_(store),
      options_(options),
      splitter_({.parser = dialect::parse_element, .verify = options.verify}),
      has_unindexed_(options.index_texts),
      derive_not_before_(options.steady_now()),
      index_not_before_(derive_not_before_) {}

PipelineStats Worker::stats() const {
  MutexLock lock(mutex_);
  return stats_;
}

// When work that began at `begin` and ends now may be done again while submissions wait.
SteadyTime Worker::rest_after(SteadyTime begin, std::chrono::milliseconds at_least) const {
  const auto now = options_.steady_now();
  return now + std::max<SteadyTime::duration>((now - begin) * k_rest_factor, at_least);
}

std::chrono::milliseconds Worker::patience() const {
  if (is_dirty_) return std::chrono::milliseconds(options_.derive_delay_ms);
  if (has_unindexed_ && index_failed_) return k_index_retry;
  return std::chrono::milliseconds(has_unindexed_ ? 0 : k_idle_wait_ms);
}

bool Worker::turn(std::vector<Submission> submissions, bool is_closed) {
  const bool is_idle = submissions.empty();
  if (!is_idle) {
    commit(std::move(submissions));
    is_dirty_ = true;
    await_indexing();
  }
  derive_or_index(is_idle, is_closed);
  if (!is_idle || is_dirty_) return true;
  const auto now = options_.steady_now();
  if (is_closed && !index_until_) index_until_ = now + k_index_at_end_max;
  if (index_until_ && now >= *index_until_) has_unindexed_ = false;
  if (has_unindexed_ && !index_failed_) return true;
  if (is_closed) return false;
  (void)store_.checkpoint();  // a busy store is checkpointed another time
  return true;
}

void Worker::await_indexing() {
  has_unindexed_ = options_.index_texts;
  index_failed_ = false;
}

void Worker::derive_or_index(bool is_idle, bool is_closed) {
  const auto now = options_.steady_now();
  derive_failed_ = false;
  if (is_dirty_ && (is_idle || now >= derive_not_before_)) {
    const Progress derived = derive_some();
    derive_failed_ = derived == Progress::failed;
    // What keeps failing is not tried for ever once no more will come; the dirty marks stay.
    is_dirty_ = derived == Progress::some || (derive_failed_ && !is_closed);
    await_indexing();  // texts go with their sessions
    derive_not_before_ = rest_after(now, std::chrono::milliseconds(options_.derive_delay_ms));
  } else if (has_unindexed_ && (is_idle || now >= index_not_before_)) {
    const Progress indexed = index_some();
    index_failed_ = indexed == Progress::failed;
    has_unindexed_ = indexed == Progress::some || (index_failed_ && !is_closed);
    index_not_before_ = rest_after(now, std::chrono::milliseconds(0));
  }
}

void Worker::commit(std::vector<Submission> submissions) {
  std::vector<Acknowledgement> acknowledgements;
  const Result<void> committed = try_commit(submissions, acknowledgements);
  const bool may_pass =
      !committed && (committed.error().code == ErrorCode::unavailable || committed.error().code == ErrorCode::io);
  if (!committed && !may_pass && submissions.size() > 1) {
    // Something in the group cannot be stored. Its neighbours must not share its fate.
    for (Submission& submission : submissions) {
      acknowledgements.clear();
      const Result<void> alone = try_commit(std::span(&submission, 1), acknowledgements);
      answer(std::span(&submission, 1), alone, acknowledgements);
    }
    return;
  }
  answer(submissions, committed, acknowledgements);
}

Result<void> Worker::try_commit(std::span<Submission> submissions, std::vector<Acknowledgement>& acknowledgements) {
  store::Batch batch;
  const auto prepare_and_commit = [&]() -> Result<void> {
    batch = {.normaliser_version = dialect::k_normaliser_version};
    acknowledgements.clear();
    try {
      for (Submission& submission : submissions) {
        acknowledgements.push_back(prepare(submission.batch, splitter_, batch));
        batch.counts.insert(batch.counts.end(), submission.counts.begin(), submission.counts.end());
      }
      batch.content = splitter_.take_output();
    } catch (const std::bad_alloc&) {
      return fail(ErrorCode::unavailable, "out of memory");
    }
    return store_.commit(batch);
  };
  Result<void> committed = prepare_and_commit();
  if (!committed && committed.error().code == ErrorCode::conflict) {
    // Another process pruned pieces that the memo believed to be stored: bring everything again.
    splitter_.forget();
    committed = prepare_and_commit();
  }
  if (!committed) {
    splitter_.forget();
    (void)splitter_.take_output();
  }
  note_trouble(committed);
  MutexLock lock(mutex_);
  ++(committed ? stats_.commits : stats_.failed_commits);
  stats_.is_in_trouble = !committed;
  stats_.split = splitter_.stats();
  if (!committed) return committed;
  stats_.spans += batch.spans.size();
  stats_.logs += batch.logs.size();
  stats_.points += batch.points.size();
  for (const Acknowledgement& acknowledgement : acknowledgements) {
    stats_.rejected += static_cast<uint64_t>(acknowledgement.rejected);
  }
  return committed;
}

void Worker::note_trouble(const Result<void>& committed) {
  const bool had_trouble = std::exchange(is_in_trouble_, !committed);
  if (!options_.on_trouble) return;
  if (!committed) options_.on_trouble(&committed.error());
  if (committed && had_trouble) options_.on_trouble(nullptr);
}

Worker::Progress Worker::derive_some() {
  std::vector<SessionId> sessions;
  const auto derived = derive_dirty_traces(store_, k_derive_traces_at_once, splitter_, &sessions);
  if (options_.on_derived && !sessions.empty()) options_.on_derived(sessions);
  if (!derived) return Progress::failed;
  // Those that changed meanwhile or cannot be read stay dirty; going on for them alone would never end.
  return *derived > 0 ? Progress::some : Progress::all;
}

Worker::Progress Worker::index_some() {
  const auto indexed = store_.index_some(k_index_spans_at_once);
  if (!indexed) return Progress::failed;
  return *indexed > 0 ? Progress::some : Progress::all;
}

}  // namespace strobe::ingest
