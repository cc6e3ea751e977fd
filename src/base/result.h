#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace strobe {

// Why an operation failed, as far as callers act differently on it. Values are not stored.
enum class ErrorCode {
  invalid,      // the input is wrong; trying again does not help
  not_found,    // the thing named does not exist
  conflict,     // it exists already, or someone else holds it
  unavailable,  // try again later
  timeout,
  corrupt,    // stored data does not fit together
  io,         // the operating system refused
  too_large,  // a named limit was exceeded
};

struct Error {
  ErrorCode code = ErrorCode::invalid;
  std::string message;  // one line, no trailing period: "cannot open store /x: permission denied"
  std::string hint;     // what to do about it, where that is known; may be empty

  // Adds context on the way up: "importing a.json: line 3: expected an object".
  Error with_context(std::string_view context) && {
    return {code, std::string(context) + ": " + std::move(message), std::move(hint)};
  }
};

// A value or an Error. Operational failures only: half-broken traces are values with problems, and our own
// bugs are assertions.
template <typename T>
class [[nodiscard]] Result : public std::expected<T, Error> {
 public:
  using std::expected<T, Error>::expected;
  Result(std::unexpected<Error> error) : std::expected<T, Error>(std::move(error)) {}
};

[[nodiscard]] inline std::unexpected<Error> fail(ErrorCode code, std::string message, std::string hint = {}) {
  return std::unexpected<Error>(Error{code, std::move(message), std::move(hint)});
}

}  // namespace strobe

#define STROBE_JOIN_(a, b) a##b
#define STROBE_JOIN(a, b) STROBE_JOIN_(a, b)

#define STROBE_TRY_(result, ...)                                                \
  ({                                                                            \
    auto&& result = (__VA_ARGS__);                                              \
    if (!result.has_value()) return std::unexpected(std::move(result).error()); \
    *std::move(result);                                                         \
  })

// Evaluates to the value of a Result, or returns its Error from the enclosing function. May be nested.
#define TRY(...) STROBE_TRY_(STROBE_JOIN(try_result_, __COUNTER__), __VA_ARGS__)

// The same for Result<void>.
#define TRY_VOID(...)                                                                               \
  do {                                                                                              \
    auto&& try_void_result_ = (__VA_ARGS__);                                                        \
    if (!try_void_result_.has_value()) return std::unexpected(std::move(try_void_result_).error()); \
  } while (false)
