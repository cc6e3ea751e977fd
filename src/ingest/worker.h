#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <vector>

#include "base/mutex.h"
#include "base/result.h"
#include "context/split.h"
#include "ingest/pipeline.h"
#include "store/store.h"

namespace strobe::ingest {

// What the pipeline's thread does, turn by turn: prepare, commit, answer, then a slice of what can wait (sessions, text
// index). No thread, no queue and no clock of its own: the pipeline gives it those, a simulation gives it others.
// One thread at a time, but for stats().
class Worker {
 public:
  Worker(store::Store& store, const PipelineOptions& options);

  // How long to wait for submissions before the next turn is due without any.
  std::chrono::milliseconds patience() const;
  // Commits and answers `submissions`; without any it is idle. `is_closed`: no more will come after these. False: that
  // was the last turn, nothing is left to do.
  bool turn(std::vector<Submission> submissions, bool is_closed);
  // Whether every committed trace was derived, or that was tried and failed.
  bool is_derived() const { return !is_dirty_ || derive_failed_; }
  // Any thread. Queue and refusals are the pipeline's.
  PipelineStats stats() const;

 private:
  void commit(std::vector<Submission> submissions);
  Result<void> try_commit(std::span<Submission> submissions, std::vector<Acknowledgement>& acknowledgements);
  void note_trouble(const Result<void>& committed);
  enum class Progress { all, some, failed };
  void derive_or_index(bool is_idle, bool is_closed);
  Progress derive_some();
  Progress index_some();
  void await_indexing();
  SteadyTime rest_after(SteadyTime begin, std::chrono::milliseconds at_least) const;

  store::Store& store_;
  const PipelineOptions options_;
  context::Splitter splitter_;

  bool is_dirty_ = true;  // the store may hold traces that another process left underived
  bool derive_failed_ = false;
  bool is_in_trouble_ = false;
  bool has_unindexed_;
  bool index_failed_ = false;  // the last time
  SteadyTime derive_not_before_;
  SteadyTime index_not_before_;
  std::optional<SteadyTime> index_until_;  // once no more will come

  mutable Mutex mutex_;
  PipelineStats stats_ STROBE_GUARDED_BY(mutex_);
};

}  // namespace strobe::ingest
