#include "ingest/pipeline.h"

#include <algorithm>
#include <utility>

#include "ingest/worker.h"

namespace strobe::ingest {

namespace {

// What preparing a record and writing it takes besides the record itself: measured with a million of the smallest spans
// in one request, and rounded up.
constexpr size_t k_record_bytes = 1536;
// The newest measurement of the store's speed counts for so much of what is believed.
constexpr double k_newest_share = 0.3;
// A transaction takes so much that a slow store has it written in about this time: nobody waits for much longer.
constexpr double k_commit_seconds = 2;
constexpr size_t k_commit_bytes_min = size_t{1} << 20;
constexpr std::chrono::seconds k_retry_min{1};
constexpr std::chrono::seconds k_retry_max{30};
// Senders refused at the same moment are told different times: up to so many eighths more.
constexpr uint64_t k_spread_steps = 8;

}  // namespace

size_t weight_of(const RawBatch& batch) {
  size_t records = batch.spans.size() + batch.logs.size();
  for (const RawMetric& metric : batch.metrics) records += metric.points.size();
  // Big values are copied out of the body once.
  return batch.held_bytes() + (batch.body ? batch.body->size() : 0) + records * k_record_bytes;
}

Pipeline::Pipeline(store::Store& store, PipelineOptions options)
    : options_(std::move(options)),
      queue_(options_.queue_bytes_max),
      worker_(std::make_unique<Worker>(store, options_)),
      thread_([this] { run(); }) {}

Pipeline::~Pipeline() { stop(); }

bool Pipeline::submit(Submission& submission) {
  MutexLock lock(mutex_);
  const size_t weight = weight_of(submission.batch);
  if (weight > options_.request_bytes_max || !queue_.try_push(submission, weight, submission.source)) return false;
  ++accepted_;
  derive_tried_ = false;
  return true;
}

size_t Pipeline::room(uint64_t source) const { return std::min(queue_.room(source), options_.request_bytes_max); }

std::chrono::milliseconds Pipeline::refuse() {
  // Who holds less than others has room again when half of it is written; who holds more comes back too early.
  const auto waiting = static_cast<double>(queue_.weight()) / 2;
  MutexLock lock(mutex_);
  using Milliseconds = std::chrono::duration<double, std::milli>;
  Milliseconds drained = k_retry_min;
  if (drained_bytes_per_second_ > 0) drained = std::chrono::duration<double>(waiting / drained_bytes_per_second_);
  drained = std::clamp<Milliseconds>(drained, k_retry_min, k_retry_max);
  const double spread = 1 + static_cast<double>(refused_++ % k_spread_steps) / k_spread_steps;
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::min<Milliseconds>(drained * spread, k_retry_max));
}

void Pipeline::note_drained(size_t weight, SteadyTime begin) {
  const std::chrono::duration<double> took = options_.steady_now() - begin;
  if (weight == 0 || took.count() <= 0) return;
  const double newest = static_cast<double>(weight) / took.count();
  const bool is_first = drained_bytes_per_second_ == 0;
  drained_bytes_per_second_ =
      is_first ? newest : newest * k_newest_share + drained_bytes_per_second_ * (1 - k_newest_share);
}

size_t Pipeline::commit_bytes() const {
  MutexLock lock(mutex_);
  if (drained_bytes_per_second_ == 0) return options_.commit_bytes_max;
  const double bytes = drained_bytes_per_second_ * k_commit_seconds;
  if (bytes >= static_cast<double>(options_.commit_bytes_max)) return options_.commit_bytes_max;
  return std::min(options_.commit_bytes_max, std::max(k_commit_bytes_min, static_cast<size_t>(bytes)));
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
  PipelineStats stats = worker_->stats();
  MutexLock lock(mutex_);
  stats.submissions = accepted_;
  stats.refused = refused_;
  stats.queue_bytes = queue_.weight();
  stats.queue_bytes_max = options_.queue_bytes_max;
  return stats;
}

void Pipeline::run() {
  for (bool goes_on = true; goes_on;) {
    auto submissions = queue_.take(options_.commit_submissions_max, commit_bytes(), worker_->patience());
    const size_t taken = submissions.size();
    const size_t weight = queue_.weight_at_work();
    const SteadyTime begin = options_.steady_now();
    goes_on = worker_->turn(std::move(submissions), queue_.closed() && queue_.empty());
    {
      MutexLock lock(mutex_);
      note_drained(weight, begin);
      finished_ += taken;
      derive_tried_ = worker_->is_derived() && finished_ == accepted_;
    }
    drained_.notify_all();
  }
}

}  // namespace strobe::ingest
