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

// What a connection keeps of the file in memory: one that writes, one that only reads.
inline constexpr size_t k_writer_cache_bytes = size_t{64} << 20;
inline constexpr size_t k_reader_cache_bytes = size_t{32} << 20;

// ":memory:" is a store of that one connection; ":memory:NAME" is one that all connections of this process to that name
// share, until the last is closed. It has no write-ahead log: a reader that is at it keeps a writer waiting.
inline constexpr std::string_view k_memory_path = ":memory:";
inline bool is_memory_path(std::string_view path) { return path.starts_with(k_memory_path); }

// Opens the file as a store: creates it and its folder where needed, refuses what is not ours, brings the schema up to
// date. Errors as open_sqlite().
Result<sqlite::Database> open_connection(const std::string& path, OpenMode mode);

}  // namespace strobe::store
