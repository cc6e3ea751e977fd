#pragma once

#include <string_view>

namespace strobe {

// Without the white space that it begins and ends with.
constexpr std::string_view trimmed(std::string_view text) {
  constexpr std::string_view k_white_space = " \t\r\n";
  const size_t first = text.find_first_not_of(k_white_space);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(k_white_space) - first + 1);
}

}  // namespace strobe
