#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <deque>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "base/mutex.h"

namespace strobe {

// A queue between threads that is bounded by a weight (bytes), refuses when full (the producer tells its client to
// come back) and counts what it refused. Any thread may push; one thread takes.
//
// It is fair between sources (connections). One source may hold as much as is then still free: alone half of the queue,
// n greedy ones an n+1st each, so that there is always room for a modest one. What does not fit may stand beside the
// queue, one item at a time, if its source holds nothing else: an item heavier than the whole queue passes that way.
// Items are taken from the source of which least weight was taken; those of one source stay in order.
//
// What take() gave counts until the next take(): it is being worked on, and its memory is still there.
template <typename T>
class RefusingQueue {
 public:
  explicit RefusingQueue(size_t weight_max) : weight_max_(weight_max) {}

  // False when there is no room for it or the queue is closed; `item` is then untouched.
  bool try_push(T& item, size_t weight, uint64_t source = 0) {
    {
      MutexLock lock(mutex_);
      const bool fits = fits_inside(source, weight);
      if (closed_ || (!fits && !may_stand_beside(source))) {
        ++refused_;
        return false;
      }
      Source& from = sources_[source];
      if (from.waiting.empty()) {
        from.taken = std::max(from.taken, taken_);
        ready_.emplace(from.taken, source);
      }
      from.waiting.push_back({std::move(item), weight});
      from.held += weight;
      held_ += weight;
      if (!fits) beside_ = {source, weight};
    }
    filled_.notify_one();
    return true;
  }

  // How heavy an item of this source may be just now; 0: none is taken.
  size_t room(uint64_t source) const {
    MutexLock lock(mutex_);
    if (closed_) return 0;
    if (may_stand_beside(source)) return std::numeric_limits<size_t>::max();
    const size_t held = held_by(source);
    const size_t free = free_inside();
    return free > held ? (free - held) / 2 : 0;
  }

  // Waits for something, at most `wait_max`, then moves out at most `count_max` items and `weight_max` of weight
  // (always at least one). Empty when nothing came, when the queue is closed and drained, or after `wake()`.
  std::vector<T> take(size_t count_max, size_t weight_max, std::chrono::milliseconds wait_max = std::chrono::hours(1)) {
    const auto deadline = std::chrono::steady_clock::now() + wait_max;
    MutexLock lock(mutex_);
    forget_taken();
    while (!closed_ && !woken_ && ready_.empty() && filled_.wait_until(mutex_, deadline)) {
    }
    woken_ = false;
    std::vector<T> taken;
    size_t taken_weight = 0;
    while (!ready_.empty() && taken.size() < count_max) {
      const uint64_t number = ready_.begin()->second;
      Source& source = sources_[number];
      auto& [item, weight] = source.waiting.front();
      if (!taken.empty() && taken_weight + weight > weight_max) break;
      taken_weight += weight;
      taken.push_back(std::move(item));
      at_work_.emplace_back(number, weight);
      ready_.erase(ready_.begin());
      taken_ = source.taken;
      source.taken += std::max<size_t>(weight, 1);
      source.waiting.pop_front();
      if (!source.waiting.empty()) ready_.emplace(source.taken, number);
    }
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
  // Whether nothing waits.
  bool empty() const {
    MutexLock lock(mutex_);
    return ready_.empty();
  }
  // Of what waits and what was taken last.
  size_t weight() const {
    MutexLock lock(mutex_);
    return held_;
  }
  // Of what was taken last.
  size_t weight_at_work() const {
    MutexLock lock(mutex_);
    size_t weight = 0;
    for (const auto& [source, of_item] : at_work_) weight += of_item;
    return weight;
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
  struct Source {
    std::deque<Entry> waiting;
    size_t held = 0;     // weight of what waits and of what was taken last
    uint64_t taken = 0;  // weight taken so far, begun at where the others were when it came
  };

  size_t held_by(uint64_t source) const STROBE_REQUIRES(mutex_) {
    const auto found = sources_.find(source);
    return found == sources_.end() ? 0 : found->second.held;
  }
  size_t free_inside() const STROBE_REQUIRES(mutex_) { return weight_max_ - (held_ - (beside_ ? beside_->second : 0)); }
  bool fits_inside(uint64_t source, size_t weight) const STROBE_REQUIRES(mutex_) {
    const size_t held = held_by(source);
    const size_t free = free_inside();
    return held <= free && weight <= (free - held) / 2;  // held + weight <= free - weight
  }
  bool may_stand_beside(uint64_t source) const STROBE_REQUIRES(mutex_) { return !beside_ && held_by(source) == 0; }
  void forget_taken() STROBE_REQUIRES(mutex_) {
    for (const auto& [number, weight] : at_work_) {
      const auto source = sources_.find(number);
      source->second.held -= weight;
      held_ -= weight;
      // A source that stood beside held nothing else, and gets nothing in before it is gone unless that fits inside.
      if (beside_ == std::pair(number, weight)) beside_.reset();
      if (source->second.held == 0 && source->second.waiting.empty()) sources_.erase(source);
    }
    at_work_.clear();
  }

  const size_t weight_max_;

  mutable Mutex mutex_;
  ConditionVariable filled_;
  std::map<uint64_t, Source> sources_ STROBE_GUARDED_BY(mutex_);                 // those that hold something
  std::set<std::pair<uint64_t, uint64_t>> ready_ STROBE_GUARDED_BY(mutex_);      // taken, source: those that wait
  std::vector<std::pair<uint64_t, size_t>> at_work_ STROBE_GUARDED_BY(mutex_);   // source, weight: taken last
  std::optional<std::pair<uint64_t, size_t>> beside_ STROBE_GUARDED_BY(mutex_);  // source, weight
  size_t held_ STROBE_GUARDED_BY(mutex_) = 0;
  uint64_t taken_ STROBE_GUARDED_BY(mutex_) = 0;  // how much had been taken of the source that was taken from last
  size_t refused_ STROBE_GUARDED_BY(mutex_) = 0;
  bool closed_ STROBE_GUARDED_BY(mutex_) = false;
  bool woken_ STROBE_GUARDED_BY(mutex_) = false;
};

}  // namespace strobe
