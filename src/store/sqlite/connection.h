#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/result.h"
#include "sqlite/database.h"
#include "store/store.h"

namespace strobe::store {

// How long a write waits for other processes' writes.
inline constexpr std::chrono::milliseconds k_busy_timeout{10'000};
inline constexpr std::string_view k_memory_path = ":memory:";

// Opens the file as a store: creates it and its folder where needed, refuses what is not ours, brings the schema up to
// date. Errors as open_sqlite().
Result<sqlite::Database> open_connection(const std::string& path, OpenMode mode);

}  // namespace strobe::store
