#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "context/split.h"
#include "sim/inspector.h"
#include "sim/story.h"
#include "sim/weather.h"
#include "store/store.h"

namespace strobe::sim {

// Other processes that have the same file open: an import, a prune, somebody who asks, and one who reads for long.
class Neighbours {
 public:
  struct Place {
    World& world;
    Weather& weather;
    Model& model;
    Counts& counts;
    Inspector& inspector;
    std::string path;
    std::function<void()> on_death;
    std::function<bool()> has_started;  // the server, ever: the store is whole
  };
  explicit Neighbours(Place place);

  // Each does something now and then from now on.
  void start();
  bool is_done() const { return to_import_.empty(); }
  Time last_write() const { return last_write_; }
  // They read and write no longer; the import goes on until it is done.
  void calm() { is_calm_ = true; }
  // The machine has died: their files are closed.
  void crash();
  const std::vector<Request>& story() const { return story_; }

 private:
  void next();
  // Forgives errors for which the disk is to blame; says when it died.
  void finish(const char* what, const Result<void>& result, uint64_t damages);
  Result<store::Store*> writer();
  Result<store::Store*> reader();
  Result<void> import_one();
  Result<void> prune();
  Result<void> ask();
  Result<void> read_for_long();
  Result<size_t> count_spans(store::Store& store);

  const Place place_;
  Random random_;
  std::vector<Request> story_;
  std::deque<size_t> to_import_;
  bool is_calm_ = false;
  Time last_write_{0};
  uint64_t life_ = 0;

  std::unique_ptr<store::Store> writer_, reader_, long_reader_;
  std::unique_ptr<context::Splitter> splitter_;
  std::unique_ptr<store::Store::ReadScope> long_scope_;  // dies before its store
  size_t long_count_ = 0;                                // spans that it saw at first
};

}  // namespace strobe::sim
