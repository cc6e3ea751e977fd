#pragma once

#include "base/result.h"
#include "store/sqlite/core.h"
#include "store/upkeep.h"

namespace strobe::store {

inline constexpr size_t k_largest_sessions_max = 5;

// Fills in what the file itself tells: integrity, links, versions, sizes. A part that is too damaged to be read is a
// problem in it, no error. The caller holds a read transaction, and adds the path, the counters and the state of the
// index.
Result<Health> examine_file(Core& core, Examination how, const Progress& progress);

}  // namespace strobe::store
