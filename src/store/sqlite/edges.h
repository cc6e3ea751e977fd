#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "sqlite/database.h"

namespace strobe::store {

// Which rows refer to which shared ones, in one place: pruning follows these edges, and `doctor` checks that none leads
// nowhere. Whoever adds a column that holds a number of one of the tables below adds it here.

// Tables whose rows are shared: a row lives as long as somebody refers to it.
enum class Shared : uint8_t { blob, sequence, context, setting, resource, scope, name };
inline constexpr std::array k_shared = {Shared::blob,     Shared::sequence, Shared::context, Shared::setting,
                                        Shared::resource, Shared::scope,    Shared::name};
std::string_view table_of(Shared shared);

// Called with each number a row refers to. 0 means none and is left out.
using VisitEdge = std::function<void(Shared, uint64_t)>;

// A table whose rows refer to shared ones.
struct EdgeSource {
  std::string_view table;
  // SELECT without a WHERE. The first column says which row it is.
  std::string_view select;
  // Reads the running row. Errors: corrupt.
  Result<void> (*visit)(const sqlite::Statement& row, const VisitEdge& edge);
};
// Rows that live by themselves: what was recorded, and what was derived from it.
extern const EdgeSource k_span_edges, k_log_edges, k_point_edges, k_part_edges, k_session_edges;
// Shared rows; null when those of the table refer to nothing.
const EdgeSource* edges_of(Shared shared);

// Runs `source.select` followed by `where` and visits all rows. `where` may have one parameter. A row that cannot be
// read ends it: error corrupt.
Result<void> visit_edges(sqlite::Database& database, const EdgeSource& source, std::string_view where,
                         int64_t parameter, const VisitEdge& edge);

}  // namespace strobe::store
