#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/result.h"
#include "sqlite/database.h"

namespace strobe::sqlite {

// Copies the database, as of one moment, to a new file that only its owner may read, by SQLite's online backup. Others
// go on writing. `progress` gets pages done and pages in all; false ends it. The copy appears under its name only when
// it is whole, checked and on the disk. Errors: conflict (the file exists), io, timeout (`progress` ended it), corrupt
// (the copy is not well). The database must not be in a transaction.
Result<void> backup(Database& from, const std::string& path, const std::function<bool(int64_t, int64_t)>& progress);

}  // namespace strobe::sqlite
