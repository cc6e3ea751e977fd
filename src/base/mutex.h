#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

#include "base/thread_annotations.h"

namespace strobe {

// std::mutex with the attributes that libstdc++ does not put on it, so that clang can check STROBE_GUARDED_BY. What a
// Mutex guards is said on each member.
class STROBE_CAPABILITY("mutex") Mutex {
 public:
  void lock() STROBE_ACQUIRE() { mutex_.lock(); }
  void unlock() STROBE_RELEASE() { mutex_.unlock(); }

 private:
  friend class ConditionVariable;
  std::mutex mutex_;
};

// Holds a mutex for a scope.
class STROBE_SCOPED_CAPABILITY MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) STROBE_ACQUIRE(mutex) : mutex_(mutex) { mutex_.lock(); }
  ~MutexLock() STROBE_RELEASE() { mutex_.unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& mutex_;
};

// Waits in a loop around what is waited for: `while (!done_) changed_.wait(mutex_);`. There is no overload with a
// predicate, because the analysis does not know that a lambda runs under the lock.
class ConditionVariable {
 public:
  void notify_one() { changed_.notify_one(); }
  void notify_all() { changed_.notify_all(); }

  // Gives the mutex back while it sleeps. May wake up for nothing.
  void wait(Mutex& mutex) STROBE_REQUIRES(mutex) {
    std::unique_lock lock(mutex.mutex_, std::adopt_lock);
    changed_.wait(lock);
    lock.release();
  }
  // The same, until `deadline` at most. False: it is past.
  bool wait_until(Mutex& mutex, std::chrono::steady_clock::time_point deadline) STROBE_REQUIRES(mutex) {
    std::unique_lock lock(mutex.mutex_, std::adopt_lock);
    const bool in_time = changed_.wait_until(lock, deadline) == std::cv_status::no_timeout;
    lock.release();
    return in_time;
  }

 private:
  std::condition_variable changed_;
};

}  // namespace strobe
