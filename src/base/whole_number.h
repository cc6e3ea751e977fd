#pragma once

#include <charconv>
#include <concepts>
#include <limits>
#include <optional>
#include <string_view>
#include <system_error>

namespace strobe {

// The number that `text` is from its first character to its last: decimal digits, after a '-' where Number has a sign;
// no '+', no blanks. Nothing for any other text, nor for a number that is not one of `smallest` to `largest`.
template <std::integral Number>
std::optional<Number> whole_number(std::string_view text, Number smallest = std::numeric_limits<Number>::min(),
                                   Number largest = std::numeric_limits<Number>::max()) {
  Number number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || rest != end || number < smallest || number > largest) return std::nullopt;
  return number;
}

}  // namespace strobe
