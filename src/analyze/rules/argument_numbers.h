#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace strobe::analyze {

// For each text of arguments a number from 0 on, equal for texts that are equal as JSON; -1 for those without data. No
// text is "{}". n log n, whatever the texts are.
std::vector<int32_t> argument_numbers(std::span<const std::string_view> texts);

// For each text a number from 0 on, equal for equal texts; -1 for those without data. n log n, whatever the texts are.
std::vector<int32_t> numbers_of(std::span<const std::string_view> texts);

}  // namespace strobe::analyze
