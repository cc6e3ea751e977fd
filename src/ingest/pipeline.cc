#include "ingest/pipeline.h"

#include <utility>

#include "ingest/worker.h"

namespace strobe::ingest {

Pipeline::Pipeline(store::Store& store, PipelineOptions options)
    : options_(std::move(options)),
      queue_(options_.queue_bytes_max),
      worker_(std::make_unique<Worker>(store, options_)),
      thread_([this] { run(); }) {}

Pipeline::~Pipeline() { stop(); }

bool Pipeline::submit(Submission& submission) {
  MutexLock lock(mutex_);
  const size_t weight = submission.batch.held_bytes();
  if (!queue_.try_push(submission, weight)) {
    ++refused_;
    return false;
  }
  ++accepted_;
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
    auto submissions = queue_.take(options_.commit_submissions_max, options_.commit_bytes_max, worker_->patience());
    const size_t taken = submissions.size();
    goes_on = worker_->turn(std::move(submissions), queue_.closed() && queue_.empty());
    {
      MutexLock lock(mutex_);
      finished_ += taken;
      derive_tried_ = worker_->is_derived() && finished_ == accepted_;
    }
    drained_.notify_all();
  }
}

}  // namespace strobe::ingest
