#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "base/ids.h"
#include "sqlite/database.h"

namespace strobe::sqlite {

namespace {
constexpr int k_value_bytes_max = 16 << 20;
constexpr int k_instructions_between_looks = 10'000;
constexpr std::array<std::string_view, 8> k_readable_pragmas = {
    "table_info", "table_xinfo", "table_list", "index_list", "index_info", "index_xinfo", "user_version", "page_count"};

// Reading, calling functions and recursion: all that a question needs. Everything else (writing, ATTACH, transactions,
// pragmas that change something) is refused while the statement is compiled.
int allow_reading(void*, int action, const char* first, const char* second, const char*, const char*) {
  switch (action) {
    case SQLITE_SELECT:
    case SQLITE_READ:
    case SQLITE_FUNCTION:
    case SQLITE_RECURSIVE: return SQLITE_OK;
    case SQLITE_PRAGMA: {
      const bool sets = second != nullptr && std::string_view(first) == "user_version";
      return !sets && std::ranges::find(k_readable_pragmas, first) != k_readable_pragmas.end() ? SQLITE_OK
                                                                                               : SQLITE_DENY;
    }
    default: return SQLITE_DENY;
  }
}

int stop_when_late(void* deadline) {
  return std::chrono::steady_clock::now() > *static_cast<std::chrono::steady_clock::time_point*>(deadline) ? 1 : 0;
}

// Puts the guards up and, at the end of the scope, down again.
class Guard {
 public:
  Guard(sqlite3* handle, std::chrono::milliseconds time_max)
      : handle_(handle),
        deadline_(std::chrono::steady_clock::now() + time_max),
        length_before_(sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, k_value_bytes_max)) {
    sqlite3_set_authorizer(handle_, allow_reading, nullptr);
    sqlite3_progress_handler(handle_, k_instructions_between_looks, stop_when_late, &deadline_);
  }
  Guard(const Guard&) = delete;
  Guard& operator=(const Guard&) = delete;
  ~Guard() {
    sqlite3_set_authorizer(handle_, nullptr, nullptr);
    sqlite3_progress_handler(handle_, 0, nullptr, nullptr);
    sqlite3_limit(handle_, SQLITE_LIMIT_LENGTH, length_before_);
  }

 private:
  sqlite3* handle_;
  std::chrono::steady_clock::time_point deadline_;
  int length_before_;
};

struct Finalize {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using StatementHandle = std::unique_ptr<sqlite3_stmt, Finalize>;

Error error_of_typed(sqlite3* handle, int result) {
  if ((result & 0xff) == SQLITE_AUTH) return {ErrorCode::invalid, "only reading is allowed"};
  if ((result & 0xff) == SQLITE_INTERRUPT) return {ErrorCode::timeout, "the statement took too long"};
  return error_of(handle, result);
}

Result<StatementHandle> prepare_one(sqlite3* handle, std::string_view sql) {
  sqlite3_stmt* raw = nullptr;
  const char* tail = nullptr;
  int result = sqlite3_prepare_v3(handle, sql.data(), static_cast<int>(sql.size()), 0, &raw, &tail);
  StatementHandle statement(raw);
  if (result != SQLITE_OK) return std::unexpected(error_of_typed(handle, result));
  if (!statement) return fail(ErrorCode::invalid, "empty statement");
  const std::string_view rest(tail, static_cast<size_t>(sql.data() + sql.size() - tail));
  if (!rest.empty()) {
    // White space and comments compile to nothing.
    sqlite3_stmt* second = nullptr;
    result = sqlite3_prepare_v3(handle, rest.data(), static_cast<int>(rest.size()), 0, &second, nullptr);
    const StatementHandle owner(second);
    if (result != SQLITE_OK || second != nullptr) return fail(ErrorCode::invalid, "one statement at a time");
  }
  if (sqlite3_stmt_readonly(statement.get()) == 0) return fail(ErrorCode::invalid, "only reading is allowed");
  if (sqlite3_bind_parameter_count(statement.get()) != 0)
    return fail(ErrorCode::invalid, "parameters are not supported");
  return statement;
}

std::optional<std::string> value_of(sqlite3_stmt* statement, int column) {
  const int type = sqlite3_column_type(statement, column);
  if (type == SQLITE_NULL) return std::nullopt;
  const auto* bytes = type == SQLITE_BLOB ? static_cast<const char*>(sqlite3_column_blob(statement, column))
                                          : reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
  const std::string_view value(bytes == nullptr ? "" : bytes,
                               static_cast<size_t>(sqlite3_column_bytes(statement, column)));
  return type == SQLITE_BLOB ? to_hex(value) : std::string(value);
}
}  // namespace

Result<SelectResult> select(Database& database, std::string_view sql, const SelectLimits& limits) {
  if (sql.size() > static_cast<size_t>(k_value_bytes_max)) return fail(ErrorCode::too_large, "statement too long");
  sqlite3* const handle = database.handle();
  const Guard guard(handle, limits.time_max);
  const StatementHandle statement = TRY(prepare_one(handle, sql));
  SelectResult selected;
  const int columns = sqlite3_column_count(statement.get());
  for (int i = 0; i < columns; ++i) {
    const char* name = sqlite3_column_name(statement.get(), i);
    selected.columns.emplace_back(name == nullptr ? "" : name);
  }
  size_t bytes = 0;
  while (selected.rows.size() < limits.rows_max) {
    const int result = sqlite3_step(statement.get());
    if (result == SQLITE_DONE) break;
    if (result != SQLITE_ROW) return std::unexpected(error_of_typed(handle, result));
    auto& row = selected.rows.emplace_back();
    for (int i = 0; i < columns; ++i) {
      row.push_back(value_of(statement.get(), i));
      bytes += sizeof row.back() + (row.back() ? row.back()->size() : 0);
    }
    if (bytes > limits.bytes_max) return fail(ErrorCode::too_large, "the result is too large");
  }
  return selected;
}

}  // namespace strobe::sqlite
