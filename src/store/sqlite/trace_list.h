#pragma once

#include <vector>

#include "base/result.h"
#include "store/sqlite/core.h"
#include "store/sqlite/names.h"
#include "store/sqlite/session_match.h"
#include "store/store.h"

namespace strobe::store {

// `Store::traces`. A trace starts where the earliest of its parts does; one that derivation has not seen yet is not
// listed. The caller holds a read transaction.
class TraceList {
 public:
  TraceList(Core& core, Names& names) : core_(core), names_(names) {}
  // `match` is made of the same filter.
  Result<std::vector<TraceRow>> list(const TraceFilter& filter, SessionMatch& match);

 private:
  // Adds up what the trace's parts say. False: none of them matches.
  Result<bool> add_parts(uint64_t trace, SessionMatch& match, TraceRow& row);
  Result<void> add_root(uint64_t trace, TraceRow& row);

  Core& core_;
  Names& names_;
};

}  // namespace strobe::store
