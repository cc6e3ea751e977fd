#pragma once

#include <chrono>
#include <deque>
#include <vector>

#include "base/mutex.h"

namespace strobe {

// A queue between threads that is bounded by a weight (bytes), refuses when full (the producer tells its client to
// come back) and counts what it refused. Any thread may push; one thread takes.
template <typename T>
class RefusingQueue {
 public:
  explicit RefusingQueue(size_t weight_max) : weight_max_(weight_max) {}

  // False when the queue is full or closed; `item` is then untouched. An item heavier than the whole queue is
  // taken when the queue is empty, else it could never pass.
  bool try_push(T& item, size_t weight) {
    {
      MutexLock lock(mutex_);
      if (closed_ || (weight_ != 0 && weight_ + weight > weight_max_)) {
        ++refused_;
        return false;
      }
      items_.push_back({std::move(item), weight});
      weight_ += weight;
    }
    filled_.notify_one();
    return true;
  }

  // Waits for something, at most `wait_max`, then moves out at most `count_max` items and `weight_max` of weight
  // (always at least one). Empty when nothing came, when the queue is closed and drained, or after `wake()`.
  std::vector<T> take(size_t count_max, size_t weight_max, std::chrono::milliseconds wait_max = std::chrono::hours(1)) {
    const auto deadline = std::chrono::steady_clock::now() + wait_max;
    MutexLock lock(mutex_);
    while (!closed_ && !woken_ && items_.empty() && filled_.wait_until(mutex_, deadline)) {
    }
    woken_ = false;
    std::vector<T> taken;
    size_t taken_weight = 0;
    while (!items_.empty() && taken.size() < count_max) {
      auto& [item, weight] = items_.front();
      if (!taken.empty() && taken_weight + weight > weight_max) break;
      taken_weight += weight;
      taken.push_back(std::move(item));
      items_.pop_front();
    }
    weight_ -= taken_weight;
    return taken;
  }

  // Makes a waiting take() return early, with what there is.
  void wake() {
    {
      MutexLock lock(mutex_);
      woken_ = true;
    }
    filled_.notify_one();
  }
  // No more pushes; take() drains what is left.
  void close() {
    {
      MutexLock lock(mutex_);
      closed_ = true;
    }
    filled_.notify_one();
  }
  bool closed() const {
    MutexLock lock(mutex_);
    return closed_;
  }
  bool empty() const {
    MutexLock lock(mutex_);
    return items_.empty();
  }
  // Of what waits.
  size_t weight() const {
    MutexLock lock(mutex_);
    return weight_;
  }
  size_t refused() const {
    MutexLock lock(mutex_);
    return refused_;
  }

 private:
  struct Entry {
    T item;
    size_t weight;
  };
  const size_t weight_max_;

  mutable Mutex mutex_;
  ConditionVariable filled_;
  std::deque<Entry> items_ STROBE_GUARDED_BY(mutex_);
  size_t weight_ STROBE_GUARDED_BY(mutex_) = 0;
  size_t refused_ STROBE_GUARDED_BY(mutex_) = 0;
  bool closed_ STROBE_GUARDED_BY(mutex_) = false;
  bool woken_ STROBE_GUARDED_BY(mutex_) = false;
};

}  // namespace strobe
