#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace strobe {

// Standard alphabet with padding, as protobuf's JSON mapping writes bytes.
std::string to_base64(std::string_view bytes);
// Either alphabet (standard, URL-safe); padding may be missing, but not be wrong. The unused bits of the last group are
// ignored. Nothing when `text` is no base64. Message ids depend on it: what it accepts never changes.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace strobe
