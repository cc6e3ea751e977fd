#pragma once

#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <type_traits>

#include "base/result.h"

struct sqlite3_stmt;

namespace strobe::sqlite {

// How a string is bound. The bytes are not copied: they must live until the statement is reset.
struct Text {
  std::string_view bytes;
};
struct Blob {
  std::string_view bytes;
};

// One prepared statement. Parameters are numbered from 1, columns from 0. Belongs to its Database's thread.
class Statement {
 public:
  explicit Statement(sqlite3_stmt* handle) : handle_(handle) {}
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&& other) noexcept;
  ~Statement();

  void bind(int index, std::nullptr_t);
  void bind(int index, int64_t value);
  void bind(int index, Text value);
  void bind(int index, Blob value);
  template <std::integral T>
    requires(!std::same_as<T, int64_t>)
  void bind(int index, T value) {
    bind(index, static_cast<int64_t>(value));
  }
  template <typename T>
    requires std::is_enum_v<T>
  void bind(int index, T value) {
    bind(index, static_cast<int64_t>(value));
  }
  template <typename T>
  void bind(int index, const std::optional<T>& value) {
    value ? bind(index, *value) : bind(index, nullptr);
  }
  // Binds 1, 2, 3...
  template <typename... Values>
  void bind_all(const Values&... values) {
    int index = 0;
    (bind(++index, values), ...);
  }

  // True: there is a row to read. False: done. After an error the statement is reset.
  Result<bool> step();
  // Runs a statement to its end, ignoring rows, and resets it.
  Result<void> run();
  // Ends the run and forgets the parameters.
  void reset();

  bool is_null(int column) const;
  int64_t int64(int column) const;
  // Valid until the next step() or reset(). Empty for null.
  std::string_view text(int column) const;
  std::string_view blob(int column) const;
  int parameter_count() const;
  int column_count() const;

 private:
  Error error(int code);

  sqlite3_stmt* handle_ = nullptr;
  int bind_code_ = 0;  // the first bind that failed; reported by step()
};

struct ResetStatement {
  void operator()(Statement* statement) const { statement->reset(); }
};
// Borrows a statement and resets it at the end of the scope.
using Lease = std::unique_ptr<Statement, ResetStatement>;

}  // namespace strobe::sqlite
