#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/arena.h"

namespace strobe::otlp {

// Standard alphabet with padding, as protobuf's JSON mapping writes bytes.
std::string to_base64(std::string_view bytes);
// Either alphabet (standard, URL-safe), with or without padding. Nothing when `text` is no base64. Result in the arena.
std::optional<std::string_view> from_base64(std::string_view text, Arena& arena);

}  // namespace strobe::otlp
