#include "sqlite/statement.h"

#include <sqlite3.h>

#include <utility>

#include "base/assert.h"
#include "sqlite/database.h"

namespace strobe::sqlite {

Statement::Statement(Statement&& other) noexcept
    : handle_(std::exchange(other.handle_, nullptr)), bind_code_(other.bind_code_) {}

Statement& Statement::operator=(Statement&& other) noexcept {
  std::swap(handle_, other.handle_);
  std::swap(bind_code_, other.bind_code_);
  return *this;
}

Statement::~Statement() { sqlite3_finalize(handle_); }

namespace {
// A wrong index is our bug; a value that is too large is the data's.
void note(int code, int& first_failure) {
  STROBE_ASSERT(code != SQLITE_RANGE && code != SQLITE_MISUSE);
  if (code != SQLITE_OK && first_failure == SQLITE_OK) first_failure = code;
}

// A null pointer would bind NULL, but an empty string is not nothing.
const char* never_null(std::string_view bytes) { return bytes.data() == nullptr ? "" : bytes.data(); }
}  // namespace

void Statement::bind(int index, std::nullptr_t) { note(sqlite3_bind_null(handle_, index), bind_code_); }

void Statement::bind(int index, int64_t value) { note(sqlite3_bind_int64(handle_, index, value), bind_code_); }

void Statement::bind(int index, Text value) {
  note(sqlite3_bind_text64(handle_, index, never_null(value.bytes), value.bytes.size(), SQLITE_STATIC, SQLITE_UTF8),
       bind_code_);
}

void Statement::bind(int index, Blob value) {
  note(sqlite3_bind_blob64(handle_, index, never_null(value.bytes), value.bytes.size(), SQLITE_STATIC), bind_code_);
}

Result<bool> Statement::step() {
  const int code = bind_code_ != SQLITE_OK ? bind_code_ : sqlite3_step(handle_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return std::unexpected(error(code));
}

Result<void> Statement::run() {
  bool more = true;
  while (more) more = TRY(step());
  reset();
  return {};
}

Error Statement::error(int code) {
  Error error = error_of(sqlite3_db_handle(handle_), code);
  reset();
  return error;
}

void Statement::reset() {
  bind_code_ = SQLITE_OK;
  sqlite3_reset(handle_);
  sqlite3_clear_bindings(handle_);
}

bool Statement::is_null(int column) const { return sqlite3_column_type(handle_, column) == SQLITE_NULL; }

int64_t Statement::int64(int column) const { return sqlite3_column_int64(handle_, column); }

std::string_view Statement::text(int column) const {
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(handle_, column));
  if (bytes == nullptr) return {};
  return {bytes, static_cast<size_t>(sqlite3_column_bytes(handle_, column))};
}

std::string_view Statement::blob(int column) const {
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(handle_, column));
  if (bytes == nullptr) return {};
  return {bytes, static_cast<size_t>(sqlite3_column_bytes(handle_, column))};
}

int Statement::parameter_count() const { return sqlite3_bind_parameter_count(handle_); }

int Statement::column_count() const { return sqlite3_column_count(handle_); }

}  // namespace strobe::sqlite
