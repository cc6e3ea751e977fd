#pragma once

#include <string_view>

#include "base/arena.h"
#include "base/result.h"
#include "json/node.h"

namespace strobe::json {

// Deeper documents are refused (strict) or cut (prefix).
inline constexpr int k_depth_max = 512;

// Parses exactly one JSON value with nothing but white space around it. Accepts lone surrogates and invalid UTF-8 inside
// strings (bytes pass through). Errors: invalid, "expected ',' or ']' at byte 17". Views into `text` and the arena.
Result<Node> parse(std::string_view text, Arena& arena);

// The same answer for a whole big document at simdjson's speed where simdjson accepts it, else by parse().
Result<Node> parse_large(std::string_view text, Arena& arena);

struct PrefixResult {
  Node node;               // what could be read; an unfinished string, array or object ends where the text ends
  bool complete = false;   // the text was one whole value
  bool usable = false;     // at least the beginning of an object, array or string was there
};
// Reads as much of a cut-off document as there is: dialects.md 0.7, "truncated". A half-written member (key without
// value, half a number, half an escape) is left out. Never fails.
PrefixResult parse_prefix(std::string_view text, Arena& arena);

// Cuts a JSON array or the arrays of a JSON object's members at their elements without building nodes: see scan.h.
// Skips one value starting at `text[at]`; returns the offset behind it, or npos when it is malformed.
size_t skip_value(std::string_view text, size_t at);

}  // namespace strobe::json
