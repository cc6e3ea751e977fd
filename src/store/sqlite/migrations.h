#pragma once

#include "base/result.h"
#include "sqlite/database.h"

// Migrations that are too long for the list in schema.cc. Once shipped they are never edited: a test holds what each of
// them makes of a file.

namespace strobe::store {

Result<void> add_costs(sqlite::Database& database);
Result<void> add_search(sqlite::Database& database);
Result<void> add_amendments(sqlite::Database& database);

}  // namespace strobe::store
