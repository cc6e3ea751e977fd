#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/arena.h"

namespace strobe::json {

// The ways emitters escape strings; each is a function from decoded bytes to the text between the quotes.
enum class Escaping {
  minimal,  // JSON.stringify: \" \\ \b \f \n \r \t, other bytes below 0x20 as \u00xx (lower-case), lone surrogates
            // (WTF-8) as \udxxx
  ascii,    // Python json.dumps: the same, 0x7f as is, everything beyond ASCII as \uxxxx (lower-case, surrogate pairs)
  slash,    // minimal, and \/ for /
  html,     // Go encoding/json: \" \\ \n \r \t (\b \f as \u00xx or, since 1.22, short: we take short), < > & as
            // \u003c \u003e \u0026, U+2028/9 as \u2028 \u2029; lone surrogates pass as the bytes they are
};

// Appends the escaped form of `decoded`. Invalid UTF-8 bytes pass through unchanged.
void append_escaped(std::string& out, std::string_view decoded, Escaping escaping);
// Decodes the text between the quotes. A view into `escaped` when there is nothing to decode, else into the arena.
// Nothing when an escape is malformed.
std::optional<std::string_view> unescape(std::string_view escaped, Arena& arena);

}  // namespace strobe::json
