#pragma once

#include <chrono>
#include <functional>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "base/bounded_queue.h"
#include "base/mutex.h"
#include "base/result.h"
#include "context/split.h"
#include "model/raw.h"
#include "store/store.h"

namespace strobe::ingest {

// What became of one submission once it is durable.
struct Acknowledgement {
  int64_t rejected = 0;  // spans, log records or data points that were refused
  std::string message;   // why, for the client; empty when nothing was
};

struct Submission {
  RawBatch batch;
  // Called once on the pipeline's thread, after the commit. Must not block.
  std::function<void(Result<Acknowledgement>)> done;
  // Who sent it, a connection: the queue is fair between sources.
  uint64_t source = 0;
  // Added to the store's counters, e.g. of requests of which nothing else is kept.
  std::vector<store::Count> counts = {};
};

// Memory that a batch takes until it is committed: what it holds, and what is made of it on the way.
size_t weight_of(const RawBatch& batch);

// Where submissions go in.
class Intake {
 public:
  virtual ~Intake() = default;
  // Any thread. False when it is full (answer 503, see refuse()) or stops; `submission` is then untouched.
  virtual bool submit(Submission& submission) = 0;
  // Any thread. How heavy a submission of this source may be just now; 0: none is taken.
  virtual size_t room(uint64_t /*source*/) const { return room_max(); }
  // Heavier ones never pass.
  virtual size_t room_max() const { return std::numeric_limits<size_t>::max(); }
  // Any thread. Counts a sender that is refused. It should come back after this: 1 to 30 s, later as more waits and as
  // the store is slower, and not the same for all.
  virtual std::chrono::milliseconds refuse() { return std::chrono::seconds(1); }
};

using SteadyTime = std::chrono::steady_clock::time_point;

struct PipelineOptions {
  // Memory of submissions that wait or are worked on (weight_of); beyond, submit() refuses. One more may stand beside
  // them, of at most request_bytes_max.
  size_t queue_bytes_max = size_t{224} << 20;
  size_t request_bytes_max = size_t{576} << 20;
  size_t commit_bytes_max = size_t{32} << 20;  // one transaction takes at most this much of the queue
  size_t commit_submissions_max = 1024;
  int derive_delay_ms = 200;  // sessions are brought up to date at most this late when idle
  bool index_texts = true;    // for full-text search, when nothing else is to be done
  bool verify = false;        // join every split value again and compare
  // Called on the pipeline's thread when a transaction failed, and with null when one is written again. Must not block.
  std::function<void(const Error*)> on_trouble = {};
  // Called on the pipeline's thread with the sessions of traces that were brought up to date. Must not block.
  std::function<void(std::span<const SessionId>)> on_derived = {};
  std::function<SteadyTime()> steady_now = std::chrono::steady_clock::now;  // a simulation has its own
};

struct PipelineStats {
  uint64_t submissions = 0, refused = 0, commits = 0, spans = 0, logs = 0, points = 0, rejected = 0, failed_commits = 0;
  bool is_in_trouble = false;  // the last transaction failed
  context::SplitStats split;
  size_t queue_bytes = 0, queue_bytes_max = 0;  // memory of submissions that wait or are worked on, now and at most
};

class Worker;

// The one way into a store: redact, normalise, split, commit in groups, acknowledge, derive, index. Owns its thread,
// which is the only one to touch the store object given to it.
class Pipeline : public Intake {
 public:
  // `store` must outlive the pipeline and belongs to its thread until stop().
  Pipeline(store::Store& store, PipelineOptions options);
  ~Pipeline() override;

  bool submit(Submission& submission) override;
  size_t room(uint64_t source) const override;
  size_t room_max() const override { return options_.request_bytes_max; }
  std::chrono::milliseconds refuse() override;
  // Waits until everything submitted so far is answered and its sessions were derived, or that was tried. Any thread.
  void drain();
  // Commits what is queued, derives, indexes texts for two seconds at most, ends the thread. Idempotent.
  void stop();
  PipelineStats stats() const;

 private:
  void run();
  size_t commit_bytes() const;
  void note_drained(size_t weight, SteadyTime begin) STROBE_REQUIRES(mutex_);

  const PipelineOptions options_;
  RefusingQueue<Submission> queue_;
  std::unique_ptr<Worker> worker_;  // pipeline thread only, but for its stats

  mutable Mutex mutex_;
  ConditionVariable drained_;
  double drained_bytes_per_second_ STROBE_GUARDED_BY(mutex_) = 0;  // of late; 0: not known yet
  uint64_t accepted_ STROBE_GUARDED_BY(mutex_) = 0;                // submissions taken in
  uint64_t refused_ STROBE_GUARDED_BY(mutex_) = 0;
  uint64_t finished_ STROBE_GUARDED_BY(mutex_) = 0;     // submissions answered
  bool derive_tried_ STROBE_GUARDED_BY(mutex_) = true;  // since the last commit

  std::thread thread_;  // last: starts when everything else is there
};

// Reads spans again of which log records tell (amend.h), then brings the sessions of changed traces up to date. Used by
// the pipeline, and by commands that find a store that another process left in a hurry. Returns how many spans and
// traces are up to date now, 0: there is nothing left to do; traces that changed meanwhile or cannot be read stay
// dirty, behind the others. `splitter`: one whose memo knows what came lately, where there is one.
Result<size_t> derive_dirty_traces(store::Store& store, size_t traces_max);
// Appends their sessions to `sessions`, where there is such a list.
Result<size_t> derive_dirty_traces(store::Store& store, size_t traces_max, context::Splitter& splitter,
                                   std::vector<SessionId>* sessions = nullptr);

}  // namespace strobe::ingest
