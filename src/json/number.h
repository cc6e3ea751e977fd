#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace strobe::json {

// The one spelling of a JSON number's exact value: "-0" and "0.0" are "0", "1e2" and "100.0" are "100", else digits
// without leading or trailing zeros and a decimal exponent ("15e-1"). Two numbers are equal when their canonical
// forms are. Exponents beyond +-10^9 keep the source text. Never passes through a double.
std::string canonical_number(std::string_view text);

// Exact, or nothing: not an integer, or out of range. Accepts "42", "42.0" and "4.2e1".
std::optional<int64_t> to_int64(std::string_view text);
std::optional<uint64_t> to_uint64(std::string_view text);
// Nearest double; nothing when `text` is no number.
std::optional<double> to_double(std::string_view text);
// Shortest text that reads back as the same double, as JavaScript prints it; "NaN", "Infinity", "-Infinity".
std::string from_double(double value);

}  // namespace strobe::json
