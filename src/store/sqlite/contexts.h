#pragma once

#include <cstdint>
#include <optional>
#include <unordered_map>

#include "base/result.h"
#include "context/piece.h"
#include "store/sqlite/hint_map.h"
#include "store/sqlite/sequences.h"
#include "store/store.h"

namespace strobe::store {

// The table of contexts: what calls really saw, one row each.
class Contexts {
 public:
  Contexts(Core& core, Blobs& blobs, Sequences& sequences);
  void forget();

  // The context's number. One that is stored already lends its sequences to equal ones that are not.
  Result<uint64_t> write(const context::ContextRecord& record);
  Result<std::optional<StoredContext>> find(const ContextId& id);

 private:
  Result<uint64_t> number_of(const ContextId& id);
  Result<StoredContext> read(uint64_t number);
  Result<void> reuse(const SequencePtr& sequence, uint64_t stored);

  Core& core_;
  Blobs& blobs_;
  Sequences& sequences_;
  HintMap<std::unordered_map<ContextId, uint64_t>> hints_;
};

}  // namespace strobe::store
