#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <vector>

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
      std::lock_guard lock(mutex_);
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

  // Waits for something, at most `wait_max`, then moves out at most `count_max` items and `weight_max` of weight (always
  // at least one). Empty when nothing came, when the queue is closed and drained, or after `wake()`.
  std::vector<T> take(size_t count_max, size_t weight_max, std::chrono::milliseconds wait_max = std::chrono::hours(1)) {
    std::unique_lock lock(mutex_);
    filled_.wait_for(lock, wait_max, [&] { return closed_ || woken_ || !items_.empty(); });
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
      std::lock_guard lock(mutex_);
      woken_ = true;
    }
    filled_.notify_one();
  }
  // No more pushes; take() drains what is left.
  void close() {
    {
      std::lock_guard lock(mutex_);
      closed_ = true;
    }
    filled_.notify_one();
  }
  bool closed() const {
    std::lock_guard lock(mutex_);
    return closed_;
  }
  bool empty() const {
    std::lock_guard lock(mutex_);
    return items_.empty();
  }
  size_t refused() const {
    std::lock_guard lock(mutex_);
    return refused_;
  }

 private:
  struct Entry {
    T item;
    size_t weight;
  };
  const size_t weight_max_;

  mutable std::mutex mutex_;
  std::condition_variable filled_;
  // Guarded by mutex_.
  std::deque<Entry> items_;
  size_t weight_ = 0;
  size_t refused_ = 0;
  bool closed_ = false;
  bool woken_ = false;
};

}  // namespace strobe
