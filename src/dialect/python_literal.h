#pragma once

#include <optional>
#include <string_view>

#include "base/arena.h"

namespace strobe::dialect {

// The JSON of what Python shows of a dict or a list of plain values: {'path': '.', 'deep': True, 'n': None}. Nothing
// for other texts, for objects ("<Tool at 0x..>") and below 64 levels. Linear. The text lives in the arena.
std::optional<std::string_view> json_of_python(std::string_view text, Arena& arena);

}  // namespace strobe::dialect
