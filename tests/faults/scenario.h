#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "context/split.h"
#include "property/log_support.h"
#include "store/store.h"

namespace strobe::faults {

// Requests of spans, log records (some tell of spans) and metric points: four sessions of a few calls to a model.
class Requests {
 public:
  Requests();
  size_t size() const { return k_requests; }
  RawBatch request(size_t number) const;

 private:
  static constexpr size_t k_requests = 8;
  property::ToldSample sample_;
};

// What a store knows in the end, as text: what all sessions show and export, and how many rows there are.
std::string everything_in(store::Store& store);

// One process's work on a store, step by step. A step that failed can be taken again, on the same store object.
class Scenario {
 public:
  Scenario(const Requests& requests, std::string folder);

  struct Step {
    std::string name;
    std::function<Result<void>()> take;
  };
  // Open, commits, derivation, index, questions, backup, prune, checkpoint, reopen, and more commits.
  const std::vector<Step>& steps() const { return steps_; }

  // The process is gone, its memory with it; what was acknowledged is still known.
  void end_process();
  Result<void> open();
  bool is_open() const { return store_ != nullptr; }
  store::Store& store() { return *store_; }
  std::string path() const { return folder_ + "/strobe.db"; }
  // Spans, logs and points that were acknowledged and are not there exactly once; a line each.
  std::string lost();

 private:
  Result<void> send(size_t request);
  Result<void> settle();
  Result<void> index();
  Result<void> ask();
  Result<void> backup();
  Result<void> prune();
  void add(std::string name, std::function<Result<void>()> take) {
    steps_.push_back({std::move(name), std::move(take)});
  }

  const Requests& requests_;
  const std::string folder_;
  FixedClock clock_{{1'800'000'000'000'000'000}};
  std::vector<Step> steps_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<context::Splitter> splitter_;
  std::vector<size_t> acknowledged_;
  bool was_pruned_ = false;  // from now on spans of the oldest sessions may be gone
};

}  // namespace strobe::faults
