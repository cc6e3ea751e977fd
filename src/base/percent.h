#pragma once

#include <optional>
#include <string>
#include <string_view>

// Percent-encoding: RFC 3986 section 2.1.

namespace strobe {

// Everything but letters, digits and "-._~" as %XX: fits into a path segment and into a query.
std::string percent_encode(std::string_view text);
// Nothing when a '%' is not followed by two hexadecimal digits. '+' stays '+'.
std::optional<std::string> percent_decode(std::string_view text);

}  // namespace strobe
