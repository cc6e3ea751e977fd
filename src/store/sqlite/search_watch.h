#pragma once

#include "base/result.h"
#include "sqlite/database.h"

namespace strobe::store {

// Keeps the text index true when others change or remove rows: nothing stays behind of a span or a blob that is gone,
// and a span that was replaced or moved to another session is indexed again. For every connection that writes: the
// triggers are the connection's own, because triggers in a file could be anybody's and are not run.
Result<void> watch_for_search(sqlite::Database& database);

}  // namespace strobe::store
