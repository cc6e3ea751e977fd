#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "base/mutex.h"
#include "base/result.h"
#include "net/http.h"
#include "query/query.h"

namespace strobe::server {

// Opens a store for reading; called once by each reader thread, and again after it failed.
using OpenStore = std::function<Result<std::unique_ptr<store::Store>>()>;

struct ReadersOptions {
  size_t threads = 2;
  size_t waiting_max = 64;                     // requests in the queue; beyond, submit() refuses
  std::chrono::milliseconds time_max{10'000};  // of one request, waiting included; then it is given up
  // Asked now and then while a request is answered; true: it is given up. Any thread.
  std::function<bool()> is_memory_short = {};
};

struct ReadersStats {
  uint64_t answered = 0, refused = 0, timeouts = 0, short_of_memory = 0;
  uint64_t waiting = 0, running = 0;  // now
  uint64_t work_ns = 0;               // of all requests together
};

// The threads that answer questions. Each has a store object of its own and answers one request at a time, so that
// neither the I/O thread nor the pipeline ever waits for a question. A request sees one moment of the store.
class Readers {
 public:
  using Work = std::function<net::Response(store::Store&)>;

  Readers(OpenStore open, ReadersOptions options);
  ~Readers();

  // Any thread, never blocks. `respond` is called by a reader with what `work` says, or with an error. False: the queue
  // is full, or the readers stop; nothing is called then.
  bool submit(Work work, net::Respond respond);
  // What waits is answered 503; what runs has `grace` left.
  void begin_stop(std::chrono::milliseconds grace);
  // Ends what runs and joins the threads. Idempotent.
  void stop();
  ReadersStats stats() const;

 private:
  using SteadyTime = std::chrono::steady_clock::time_point;
  struct Request {
    Work work;
    net::Respond respond;
    SteadyTime deadline;
  };
  void run();
  net::Response answer(const Request& request, std::unique_ptr<store::Store>& store);
  net::Response ask(const Request& request, store::Store& store);
  bool is_over(SteadyTime deadline) const;

  const OpenStore open_;
  const ReadersOptions options_;
  std::atomic<int64_t> stop_at_;  // of steady_clock, in its ticks: nothing runs on behind it

  mutable Mutex mutex_;
  ConditionVariable filled_;
  std::deque<Request> waiting_ STROBE_GUARDED_BY(mutex_);
  bool closed_ STROBE_GUARDED_BY(mutex_) = false;
  ReadersStats stats_ STROBE_GUARDED_BY(mutex_);

  std::vector<std::thread> threads_;  // last: start when everything else is there
};

}  // namespace strobe::server
