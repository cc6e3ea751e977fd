#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "store/sqlite/core.h"
#include "store/upkeep.h"

namespace strobe::store {

// Looks whether every number in the store leads to a row: shared ones by edges.h, all others by their own statements.
// Adds one line for people a sort of damage. The caller holds a read transaction. Errors: timeout (`progress` asked to
// stop), and what keeps from looking at all.
Result<void> check_links(Core& core, const Progress& progress, std::vector<std::string>& problems);

}  // namespace strobe::store
