#pragma once

#include <string>
#include <vector>

#include "sim/counts.h"
#include "sim/model.h"
#include "sim/story.h"
#include "sim/world.h"
#include "store/store.h"

namespace strobe::sim {

// Compares a store with the promises; World::broken() when they differ. What a store cannot answer for a reason that
// the caller knows of (the disk) is the caller's to forgive: then an Error comes back.
class Inspector {
 public:
  Inspector(World& world, const Model& model, Counts& counts) : world_(world), model_(model), counts_(counts) {}

  // Every record: there if it was acknowledged, once, and not there unless it was sent.
  Result<void> all_records(store::Store& store);
  // The spans and logs of one trace, rebuilt to the bytes that were sent. `is_final`: all were acknowledged, so of
  // versions the right one has to be there.
  Result<void> trace(store::Store& store, const TraceId& trace, bool is_final);
  // The file's own rules: PRAGMA integrity_check, and that no number leads nowhere.
  Result<void> health(store::Store& store);
  // The text index has caught up, and finds calls by the word that only they contain.
  Result<void> index(store::Store& store, Random& random);
  // Sessions as `show --json` prints them: the same as in a store that was simply given all of `stories`.
  Result<void> sessions(store::Store& store, const std::vector<const Request*>& requests);

 private:
  Result<void> spans(store::Store& store);
  Result<void> points(store::Store& store);
  void compare(const char* what, const Model::ByKey& promised, const std::map<std::string, int>& found);

  World& world_;
  const Model& model_;
  Counts& counts_;
};

}  // namespace strobe::sim
