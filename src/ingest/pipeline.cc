#include "ingest/pipeline.h"

#include <algorithm>
#include <chrono>
#include <new>
#include <optional>

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
constexpr int k_idle_wait_ms = 3'600'000;
// A pipeline that stops leaves what it cannot index in this time to whoever opens the store next.
constexpr std::chrono::seconds k_index_at_end_max{2};

using SteadyClock = std::chrono::steady_clock;

// When work that began at `begin` and ends now may be done again while submissions wait.
SteadyClock::time_point rest_after(SteadyClock::time_point begin, std::chrono::milliseconds at_least) {
  const auto now = SteadyClock::now();
  return now + std::max<SteadyClock::duration>((now - begin) * k_rest_factor, at_least);
}

}  // namespace

Pipeline::Pipeline(store::Store& store, PipelineOptions options)
    : store_(store),
      options_(options),
      queue_(options.queue_bytes_max),
      splitter_({.parser = dialect::parse_element, .verify = options.verify}),
      thread_([this] { run(); }) {}

Pipeline::~Pipeline() { stop(); }

bool Pipeline::submit(Submission& submission) {
  MutexLock lock(mutex_);
  const size_t weight = submission.batch.held_bytes();
  if (!queue_.try_push(submission, weight)) {
    ++stats_.refused;
    return false;
  }
  ++accepted_;
  ++stats_.submissions;
  derive_tried_ = false;
  return true;
}

void Pipeline::drain() {
  MutexLock lock(mutex_);
  const uint64_t target = accepted_;
  queue_.wake();
  while (finished_ < target || !derive_tried_) drained_.wait(mutex_);
}

void Pipeline::stop() {
  queue_.close();
  if (thread_.joinable()) thread_.join();
}

PipelineStats Pipeline::stats() const {
  MutexLock lock(mutex_);
  PipelineStats stats = stats_;
  stats.queue_bytes = queue_.weight();
  stats.queue_bytes_max = options_.queue_bytes_max;
  return stats;
}

void Pipeline::run() {
  bool is_dirty = true;  // the store may hold traces that another process left underived
  bool has_unindexed = options_.index_texts;
  auto derive_not_before = SteadyClock::now();
  auto index_not_before = derive_not_before;
  std::optional<SteadyClock::time_point> index_until;  // once the pipeline stops
  for (;;) {
    const auto wait = is_dirty ? std::chrono::milliseconds(options_.derive_delay_ms)
                               : std::chrono::milliseconds(has_unindexed ? 0 : k_idle_wait_ms);
    auto submissions = queue_.take(options_.commit_submissions_max, options_.commit_bytes_max, wait);
    const bool is_idle = submissions.empty();
    if (!is_idle) {
      commit(std::move(submissions));
      is_dirty = true;
      has_unindexed = options_.index_texts;
    }
    const auto now = SteadyClock::now();
    bool derive_failed = false;
    if (is_dirty && (is_idle || now >= derive_not_before)) {
      const Progress derived = derive_some();
      derive_failed = derived == Progress::failed;
      // What keeps failing is not tried for ever once the pipeline stops; the dirty marks stay.
      is_dirty = derived == Progress::some || (derive_failed && !queue_.closed());
      has_unindexed = options_.index_texts;  // texts go with their sessions
      derive_not_before = rest_after(now, std::chrono::milliseconds(options_.derive_delay_ms));
    } else if (has_unindexed && (is_idle || now >= index_not_before)) {
      // What fails is tried again after the next commit, or by whoever searches.
      has_unindexed = index_some() == Progress::some;
      index_not_before = rest_after(now, std::chrono::milliseconds(0));
    }
    {
      MutexLock lock(mutex_);
      derive_tried_ = (!is_dirty || derive_failed) && finished_ == accepted_;
    }
    drained_.notify_all();
    if (!is_idle || is_dirty) continue;
    if (queue_.closed() && !index_until) index_until = now + k_index_at_end_max;
    if (index_until && SteadyClock::now() >= *index_until) has_unindexed = false;
    if (has_unindexed) continue;
    if (queue_.closed() && queue_.empty()) return;
    (void)store_.checkpoint();  // a busy store is checkpointed another time
  }
}

void Pipeline::commit(std::vector<Submission> submissions) {
  std::vector<Acknowledgement> acknowledgements;
  const Result<void> committed = try_commit(submissions, acknowledgements);
  const bool may_pass = !committed && committed.error().code == ErrorCode::unavailable;
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

Result<void> Pipeline::try_commit(std::span<Submission> submissions, std::vector<Acknowledgement>& acknowledgements) {
  store::Batch batch;
  const auto prepare_and_commit = [&]() -> Result<void> {
    batch = {.normaliser_version = dialect::k_normaliser_version};
    acknowledgements.clear();
    try {
      for (Submission& submission : submissions) {
        acknowledgements.push_back(prepare(submission.batch, splitter_, batch));
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
  MutexLock lock(mutex_);
  ++(committed ? stats_.commits : stats_.failed_commits);
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

void Pipeline::answer(std::span<Submission> submissions, const Result<void>& committed,
                      std::span<const Acknowledgement> acknowledgements) {
  for (size_t i = 0; i < submissions.size(); ++i) {
    if (committed) {
      submissions[i].done(acknowledgements[i]);
    } else {
      submissions[i].done(std::unexpected(committed.error()));
    }
  }
  MutexLock lock(mutex_);
  finished_ += submissions.size();
}

Pipeline::Progress Pipeline::derive_some() {
  const auto derived = derive_dirty_traces(store_, k_derive_traces_at_once, splitter_);
  if (!derived) return Progress::failed;
  // Those that changed meanwhile or cannot be read stay dirty; going on for them alone would never end.
  return *derived > 0 ? Progress::some : Progress::all;
}

Pipeline::Progress Pipeline::index_some() {
  const auto indexed = store_.index_some(k_index_spans_at_once);
  if (!indexed) return Progress::failed;
  return *indexed > 0 ? Progress::some : Progress::all;
}

}  // namespace strobe::ingest
