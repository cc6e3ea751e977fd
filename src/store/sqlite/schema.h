#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "base/result.h"
#include "sqlite/database.h"

namespace strobe::store {

// "Strb": the number in the file's header that says it is ours.
inline constexpr int64_t k_application_id = 0x53747262;
inline constexpr int k_page_bytes = 4096;

// One step from a schema version to the next. Runs inside a transaction.
struct Migration {
  const char* what;
  Result<void> (*run)(sqlite::Database& database);
};

// Migration n leads from version n to n + 1. Only ever appended to.
std::span<const Migration> migrations();
// The version this program writes.
int64_t schema_version();

// CREATE VIEW statements for people who type SQL. Names of columns are documented in docs and never change meaning.
// Views are no part of any migration: they are dropped before one runs, and made anew from here after the last.
std::string view_definitions();
Result<void> drop_views(sqlite::Database& database);

}  // namespace strobe::store
