#pragma once

#include <string_view>

#include "base/arena.h"
#include "base/result.h"
#include "json/node.h"

namespace strobe::json {

// Deeper documents are refused (strict) or cut (prefix).
inline constexpr int k_depth_max = 512;
// Documents of more values are refused (strict) or cut (prefix): a Node takes forty times the memory of a "0,".
inline constexpr size_t k_values_max = size_t{1} << 24;
// The same for documents that are one value of a span: parse() and parse_prefix().
inline constexpr size_t k_payload_values_max = size_t{1} << 21;
// Twice a Member: values are collected in a list, then copied into the arena.
inline constexpr size_t k_value_bytes = 2 * sizeof(Member);

// Parses exactly one JSON value with nothing but white space around it. Accepts lone surrogates and invalid UTF-8
// inside strings (bytes pass through). Errors: invalid, "expected ',' or ']' at byte 17"; too_large. Views into
// `text` and the arena.
Result<Node> parse(std::string_view text, Arena& arena);

// For whole big documents. The same as parse(), without simdjson: skip_value, which reads and checks every token as
// parse() does, takes a seventh to a quarter of parse()'s time, so a faster tokeniser could save no more than that; the
// rest is making nodes. And simdjson refuses lone surrogates and bad bytes and wants a padded copy. More than
// `values_max` values are too_large; while it reads, one takes up to k_value_bytes of memory.
Result<Node> parse_large(std::string_view text, Arena& arena, size_t values_max = k_values_max);

struct PrefixResult {
  Node node;              // what could be read; an unfinished string, array or object ends where the text ends
  bool complete = false;  // the text was one whole value
  bool usable = false;    // complete, or at least the beginning of an object, array or string was there
};
// Reads as much of a cut-off document as there is: dialects.md 0.7, "truncated". A half-written member (key without
// value, half a number, half an escape) is left out. Never fails.
PrefixResult parse_prefix(std::string_view text, Arena& arena);

// Skips one value whose first byte is `text[at]` (no white space before it) without building nodes; returns the offset
// behind it, or npos where parse() would find it malformed. For cutting a big array or object at its elements.
size_t skip_value(std::string_view text, size_t at);

}  // namespace strobe::json
