#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "sqlite/statement.h"

struct sqlite3;

namespace strobe::sqlite {

enum class OpenMode { create, read_write, read_only };
// shared_memory: the path is a name ("/NAME") that all connections of this process to it share, until the last is
// closed.
enum class Place { file, shared_memory };

// One connection. Belongs to one thread at a time.
class Database {
 public:
  // Errors: io with the operating system's reason ("permission denied"), corrupt, unavailable. A file that may only be
  // read is refused unless the mode is read_only.
  static Result<Database> open(const std::string& path, OpenMode mode, Place place = Place::file);
  Database(Database&& other) noexcept;
  Database& operator=(Database&& other) noexcept;
  ~Database();

  // Runs statements whose rows nobody wants.
  Result<void> execute(const char* sql);
  // A statement that will be used often. The text may go away.
  Result<Statement> prepare(std::string_view sql);
  // The first column of the first row; zero when there is none. For pragmas.
  Result<int64_t> number(const char* sql);
  Result<std::string> text(const char* sql);

  // How long a statement waits for another process's lock before it fails with `unavailable`.
  void set_busy_timeout(std::chrono::milliseconds timeout);
  // Refuses tricks that a hostile file could play: writable schema, functions in views and the like.
  void harden();
  // Rows changed by the last statement that was run.
  int64_t changes() const;
  int64_t last_insert_rowid() const;
  bool in_transaction() const;
  // The file is not at its path any more: what is written goes into one that nobody will find.
  bool has_moved() const;
  // Asked every few thousand steps of a statement that runs; true: it fails with `timeout`. Empty: nobody is asked.
  void set_interrupt(std::function<bool()> should_stop);
  sqlite3* handle() const { return handle_; }

 private:
  explicit Database(sqlite3* handle) : handle_(handle) {}
  sqlite3* handle_ = nullptr;
  std::unique_ptr<std::function<bool()>> should_stop_;  // SQLite holds its address
};

enum class TransactionKind {
  read,   // a snapshot, taken at the first read
  write,  // BEGIN IMMEDIATE: the write lock at once
};

// Rolls back at the end of the scope unless committed.
class Transaction {
 public:
  static Result<Transaction> begin(Database& database, TransactionKind kind);
  // One that does nothing, for whoever may already be inside another.
  Transaction() = default;
  Transaction(Transaction&& other) noexcept : database_(std::exchange(other.database_, nullptr)) {}
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();
  // After an error the transaction is rolled back.
  Result<void> commit();

 private:
  explicit Transaction(Database& database) : database_(&database) {}
  Database* database_ = nullptr;
};

struct SelectLimits {
  size_t rows_max = 1000;                      // further rows are not read
  size_t bytes_max = size_t{64} << 20;         // of all values together: beyond it, too_large
  std::chrono::milliseconds time_max{30'000};  // beyond it, timeout
};

// Columns and rows as text; null is nullopt, blobs are lower-case hex.
struct SelectResult {
  std::vector<std::string> columns;
  std::vector<std::vector<std::optional<std::string>>> rows;
};

// Runs one statement that somebody typed. Only reading is possible, whatever it says. Errors: invalid (wrong, would
// write, more than one statement), too_large, timeout.
Result<SelectResult> select(Database& database, std::string_view sql, const SelectLimits& limits);

// The Error of SQLite's result code, with the connection's message when there is one.
Error error_of(sqlite3* handle, int code);

}  // namespace strobe::sqlite
