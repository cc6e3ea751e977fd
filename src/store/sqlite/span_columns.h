#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "model/span.h"
#include "sqlite/statement.h"
#include "store/sqlite/names.h"
#include "store/sqlite/settings.h"

namespace strobe::store {

// A span's row: the facts and what they became in other tables. Views of `facts`, which must live as long.
struct SpanRow {
  const SpanFacts* facts = nullptr;
  uint64_t trace = 0;
  uint64_t setting = 0;
  uint64_t name = 0;
  uint64_t tool_name = 0;
  uint64_t session_key = 0;
  uint64_t error_type = 0;
  int64_t hash = 0;
  std::optional<uint64_t> context = std::nullopt;
  std::string packed = {};  // sealed
  std::string refs = {};
  std::string requested_calls = {};
};

// Binds the parameters of span_add and span_update. The row must live until the statement is reset.
void bind_span(sqlite::Statement& statement, const SpanRow& row);

// Reads the columns of span_facts; `trace` is the span's. Errors: corrupt.
Result<SpanFacts> read_span_facts(const sqlite::Statement& statement, const TraceId& trace, Names& names,
                                  Settings& settings);
// The setting's column in span_facts and span_full, and where span_full goes on.
inline constexpr int k_column_setting = 6;
inline constexpr int k_column_packed = 28;
inline constexpr int k_column_refs = 29;

// Ids of tool calls, each with its length before it.
std::string encode_texts(const std::vector<std::string>& texts);

}  // namespace strobe::store
