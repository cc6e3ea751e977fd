#pragma once

#include <memory>

#include "base/result.h"
#include "store/store.h"

namespace strobe::store {

// Opens (and with read_write creates and migrates) a store in one SQLite file. Errors: not_found, io ("cannot open
// store /x: permission denied"), corrupt, invalid ("written by a newer Strobe: schema 7, this program knows 1").
Result<std::unique_ptr<Store>> open_sqlite(const OpenOptions& options);

}  // namespace strobe::store
