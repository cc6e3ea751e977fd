#pragma once

#include <span>
#include <string>
#include <string_view>

namespace strobe {

// "a", "a or b", "a, b or c".
std::string one_of(std::span<const std::string_view> words);

}  // namespace strobe
