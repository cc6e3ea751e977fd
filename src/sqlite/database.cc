#include "sqlite/database.h"

#include <sqlite3.h>

#include <cctype>
#include <cerrno>
#include <cstring>

#include "base/assert.h"

namespace strobe::sqlite {

namespace {
constexpr int k_steps_between_questions = 4000;  // some tens of microseconds of a statement's work

ErrorCode code_of(int result) {
  switch (result & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_FULL:
    case SQLITE_NOMEM: return ErrorCode::unavailable;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_CONSTRAINT: return ErrorCode::corrupt;
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_IOERR: return ErrorCode::io;
    case SQLITE_TOOBIG: return ErrorCode::too_large;
    case SQLITE_INTERRUPT: return ErrorCode::timeout;
    default: return ErrorCode::invalid;
  }
}

std::string reason_of(int system_error) {
  std::string reason = std::strerror(system_error);
  if (!reason.empty()) reason[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(reason[0])));
  return reason;
}
}  // namespace

Error error_of(sqlite3* handle, int result) {
  const ErrorCode code = code_of(result);
  if ((result & 0xff) == SQLITE_FULL) return {code, reason_of(ENOSPC)};
  // SQLite keeps the operating system's reason of these two only; after another error it is that of an earlier one.
  const bool has_reason = (result & 0xff) == SQLITE_IOERR || (result & 0xff) == SQLITE_CANTOPEN;
  const int system_error = handle == nullptr || !has_reason ? 0 : sqlite3_system_errno(handle);
  if (system_error != 0) return {code, reason_of(system_error)};
  const bool has_message = handle != nullptr && sqlite3_errcode(handle) != SQLITE_OK;
  return {code, has_message ? sqlite3_errmsg(handle) : sqlite3_errstr(result)};
}

Result<Database> Database::open(const std::string& path, OpenMode mode, Place place) {
  int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  flags |= mode == OpenMode::read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
  if (mode == OpenMode::create) flags |= SQLITE_OPEN_CREATE;
  sqlite3* handle = nullptr;
  const int result = sqlite3_open_v2(path.c_str(), &handle, flags, place == Place::file ? nullptr : "memdb");
  Database database(handle);
  if (result != SQLITE_OK) return std::unexpected(error_of(handle, result));
  // SQLite falls back to reading when it may not write, and would fail at the first commit only.
  if (mode != OpenMode::read_only && sqlite3_db_readonly(handle, "main") == 1) {
    return fail(ErrorCode::io, reason_of(EACCES));
  }
  return database;
}

Database::Database(Database&& other) noexcept
    : handle_(std::exchange(other.handle_, nullptr)), should_stop_(std::move(other.should_stop_)) {}

Database& Database::operator=(Database&& other) noexcept {
  std::swap(handle_, other.handle_);
  std::swap(should_stop_, other.should_stop_);
  return *this;
}

Database::~Database() { sqlite3_close_v2(handle_); }

Result<void> Database::execute(const char* sql) {
  const int result = sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr);
  if (result != SQLITE_OK) return std::unexpected(error_of(handle_, result));
  return {};
}

Result<Statement> Database::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const int result = sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                                        &statement, nullptr);
  if (result != SQLITE_OK) return std::unexpected(error_of(handle_, result));
  STROBE_ASSERT(statement != nullptr);
  return Statement(statement);
}

Result<int64_t> Database::number(const char* sql) {
  Statement statement = TRY(prepare(sql));
  return TRY(statement.step()) ? statement.int64(0) : int64_t{0};
}

Result<std::string> Database::text(const char* sql) {
  Statement statement = TRY(prepare(sql));
  return TRY(statement.step()) ? std::string(statement.text(0)) : std::string();
}

void Database::set_busy_timeout(std::chrono::milliseconds timeout) {
  sqlite3_busy_timeout(handle_, static_cast<int>(timeout.count()));
}

void Database::harden() {
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
}

int64_t Database::changes() const { return sqlite3_changes64(handle_); }

int64_t Database::last_insert_rowid() const { return sqlite3_last_insert_rowid(handle_); }

void Database::set_interrupt(std::function<bool()> should_stop) {
  if (!should_stop) {
    sqlite3_progress_handler(handle_, 0, nullptr, nullptr);
    should_stop_.reset();
    return;
  }
  should_stop_ = std::make_unique<std::function<bool()>>(std::move(should_stop));
  const auto ask = [](void* function) { return (*static_cast<std::function<bool()>*>(function))() ? 1 : 0; };
  sqlite3_progress_handler(handle_, k_steps_between_questions, ask, should_stop_.get());
}

bool Database::has_moved() const {
  int moved = 0;
  return sqlite3_file_control(handle_, "main", SQLITE_FCNTL_HAS_MOVED, &moved) == SQLITE_OK && moved != 0;
}

bool Database::in_transaction() const { return sqlite3_get_autocommit(handle_) == 0; }

Result<Transaction> Transaction::begin(Database& database, TransactionKind kind) {
  STROBE_ASSERT(!database.in_transaction());
  TRY_VOID(database.execute(kind == TransactionKind::write ? "BEGIN IMMEDIATE" : "BEGIN"));
  return Transaction(database);
}

Transaction::~Transaction() {
  // A failed rollback means that SQLite has rolled back already (disk full and the like).
  if (database_ != nullptr && database_->in_transaction()) (void)database_->execute("ROLLBACK");
}

Result<void> Transaction::commit() {
  TRY_VOID(database_->execute("COMMIT"));
  database_ = nullptr;
  return {};
}

}  // namespace strobe::sqlite
