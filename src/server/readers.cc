#include "server/readers.h"

#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <limits>
#include <new>

#include "server/api_error.h"

namespace strobe::server {

namespace {

using SteadyClock = std::chrono::steady_clock;

// How often a request that is being answered looks at the memory of the process.
constexpr std::chrono::milliseconds k_memory_interval{10};
// Where all processors are busy, recording goes before questions.
constexpr int k_niceness = 10;

void be_nice() { setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), k_niceness); }

// Signals are for the threads of the program, which know what they mean. But a profiler has to reach every thread.
void block_signals() {
  sigset_t all;
  sigfillset(&all);
  sigdelset(&all, SIGPROF);
  pthread_sigmask(SIG_SETMASK, &all, nullptr);
}

class Interrupt {
 public:
  Interrupt(store::Store& store, std::function<bool()> should_stop) : store_(store) {
    store_.set_interrupt(std::move(should_stop));
  }
  ~Interrupt() { store_.set_interrupt({}); }
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

 private:
  store::Store& store_;
};

net::Response stopping() { return api_error(503, "the server stops", "start it again, then ask again"); }

}  // namespace

Readers::Readers(OpenStore open, ReadersOptions options)
    : open_(std::move(open)), options_(options), stop_at_(std::numeric_limits<int64_t>::max()) {
  for (size_t i = 0; i < options_.threads; ++i) threads_.emplace_back([this] { run(); });
}

Readers::~Readers() { stop(); }

bool Readers::submit(Work work, net::Respond respond) {
  const auto deadline = SteadyClock::now() + options_.time_max;
  {
    MutexLock lock(mutex_);
    if (closed_ || waiting_.size() >= options_.waiting_max) {
      ++stats_.refused;
      return false;
    }
    waiting_.push_back({std::move(work), std::move(respond), deadline});
  }
  filled_.notify_one();
  return true;
}

void Readers::begin_stop(std::chrono::milliseconds grace) {
  std::deque<Request> given_up;
  {
    MutexLock lock(mutex_);
    closed_ = true;
    given_up.swap(waiting_);
  }
  stop_at_ = (SteadyClock::now() + grace).time_since_epoch().count();
  filled_.notify_all();
  for (const Request& request : given_up) request.respond(stopping());
}

void Readers::stop() {
  begin_stop(std::chrono::milliseconds(0));
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

ReadersStats Readers::stats() const {
  MutexLock lock(mutex_);
  ReadersStats stats = stats_;
  stats.waiting = waiting_.size();
  return stats;
}

bool Readers::is_over(SteadyTime deadline) const {
  const auto now = SteadyClock::now();
  return now > deadline || now.time_since_epoch().count() > stop_at_.load(std::memory_order_relaxed);
}

void Readers::run() {
  pthread_setname_np(pthread_self(), "strobe-reader");
  block_signals();
  be_nice();
  std::unique_ptr<store::Store> store;
  for (;;) {
    Request request;
    {
      MutexLock lock(mutex_);
      while (!closed_ && waiting_.empty()) filled_.wait(mutex_);
      if (waiting_.empty()) return;
      request = std::move(waiting_.front());
      waiting_.pop_front();
      ++stats_.running;
    }
    const auto begin = SteadyClock::now();
    net::Response response = answer(request, store);
    const auto took = std::chrono::duration_cast<std::chrono::nanoseconds>(SteadyClock::now() - begin);
    {
      MutexLock lock(mutex_);
      --stats_.running;
      ++stats_.answered;
      stats_.work_ns += static_cast<uint64_t>(took.count());
      if (response.status == 503 && is_over(request.deadline)) ++stats_.timeouts;
    }
    request.respond(std::move(response));
  }
}

net::Response Readers::answer(const Request& request, std::unique_ptr<store::Store>& store) {
  if (is_over(request.deadline)) return api_error(Error{ErrorCode::timeout, "waited too long"});
  try {
    if (!store) {
      auto opened = open_();
      if (!opened) return api_error(opened.error());
      store = *std::move(opened);
    }
    return ask(request, *store);
  } catch (const std::bad_alloc&) {
    // What the store remembered may be half done.
    store.reset();
    return api_error(503, "out of memory", "ask for less");
  } catch (const std::exception& failure) {
    store.reset();
    return api_error(500, failure.what());
  }
}

net::Response Readers::ask(const Request& request, store::Store& store) {
  const auto moment = store.read_scope();
  if (!moment) return api_error(moment.error());
  // Gone before the scope ends: what closes it must not be interrupted.
  bool is_short = false;
  const Interrupt interrupt(store, [&, next = SteadyClock::time_point()]() mutable {
    const auto now = SteadyClock::now();
    if (options_.is_memory_short && now >= next) {
      next = now + k_memory_interval;
      is_short = is_short || options_.is_memory_short();
    }
    return is_short || is_over(request.deadline);
  });
  net::Response response = request.work(store);
  if (!is_short) return response;
  MutexLock lock(mutex_);
  ++stats_.short_of_memory;
  return api_error(503, "the server is short of memory", "ask for less, or again in a moment");
}

}  // namespace strobe::server
