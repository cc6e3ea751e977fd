#pragma once

#include <vector>

#include "base/result.h"
#include "store/sqlite/core.h"
#include "store/upkeep.h"

namespace strobe::store {

// The sessions that need most of the file, largest first: the records of their spans and every content these lead to.
// What several sessions share counts for each of them, so the figures do not add up to the file. Reads every content
// once a session. The caller holds a read transaction. Errors: corrupt.
Result<std::vector<Health::SessionBytes>> largest_sessions(Core& core, size_t limit, const Progress& progress);

}  // namespace strobe::store
