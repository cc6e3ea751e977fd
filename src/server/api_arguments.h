#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

// What a request to the API says, checked against what its route declares.

namespace strobe::server {

enum class ParameterType {
  text,     // anything but control characters, at most k_argument_bytes_max
  number,   // decimal digits, from 0 or `minimum` to `maximum`
  time_ns,  // nanoseconds since 1970-01-01 as decimal digits
  moment,   // a time as people write it: base/human_time.h
  choice,   // one of `choices`
  hex,      // exactly `maximum` hexadecimal digits
};

enum class ParameterPlace { path, query };

struct Parameter {
  std::string_view name;
  ParameterPlace place = ParameterPlace::query;
  ParameterType type = ParameterType::text;
  std::string_view description;
  std::string_view example = {};
  int64_t minimum = 0;
  int64_t maximum = 0;
  std::vector<std::string_view> choices = {};
  bool is_required = false;  // those in the path always are
};

inline constexpr size_t k_argument_bytes_max = 2048;
inline constexpr size_t k_arguments_max = 32;

// The arguments of one request. Each has passed the check of its Parameter.
class Arguments {
 public:
  // Empty when it was not given.
  std::string_view text(std::string_view name) const;
  bool has(std::string_view name) const { return values_.contains(name); }
  int64_t number(std::string_view name, int64_t fallback) const;
  std::optional<TimeNs> time(std::string_view name) const;

  // Decodes and checks one value. Errors: invalid, naming the parameter.
  Result<void> set(const Parameter& parameter, std::string_view encoded);

 private:
  std::map<std::string, std::string, std::less<>> values_;
};

// The segments of a path that begins with '/', still encoded: "/api/x" -> "api", "x".
std::vector<std::string_view> path_segments(std::string_view path);

// Takes a query ("a=1&b=2") into `arguments`. Errors: invalid for unknown parameters (the hint names those there are),
// repeated and malformed ones, and where a required one is missing.
Result<void> read_query(std::string_view query, std::span<const Parameter> parameters, Arguments& arguments);

// Where the next page of `list` begins, for lists whose cursors are places: what is added to them while somebody reads
// comes at the end, or nearly. `cursor`: next_cursor of the page before; empty, for the first one. Errors: invalid.
Result<size_t> place_of_cursor(std::string_view cursor, std::string_view list);

}  // namespace strobe::server
