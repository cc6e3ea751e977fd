#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <utility>
#include <vector>

namespace strobe::net {

// A handler that keeps what requests are answered with (Respond or GrpcRespond) until the test takes it.
template <typename KeptRespond>
class Keeper {
 public:
  auto handler() {
    return [this](const auto&, KeptRespond respond) {
      std::lock_guard lock(mutex_);
      kept_.push_back(std::move(respond));
      came_.notify_all();
    };
  }
  // Of the request that came last; waits for one.
  KeptRespond take() {
    std::unique_lock lock(mutex_);
    if (!came_.wait_for(lock, std::chrono::seconds(10), [&] { return !kept_.empty(); })) {
      ADD_FAILURE() << "no request came";
      return [](const auto&) {};
    }
    KeptRespond out = std::move(kept_.back());
    kept_.pop_back();
    return out;
  }

 private:
  std::mutex mutex_;
  std::condition_variable came_;
  std::vector<KeptRespond> kept_;
};

}  // namespace strobe::net
