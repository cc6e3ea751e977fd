#include <bitset>

#include "json/parse.h"
#include "json/scan.h"

namespace strobe::json {

namespace {

constexpr size_t k_malformed = std::string_view::npos;

// From the opening quote to behind the closing one.
size_t skip_string(std::string_view text, size_t at) {
  ++at;
  while (true) {
    at = find_string_stop(text, at);
    if (at == text.size()) return k_malformed;
    if (text[at] == '"') return at + 1;
    if (text[at] != '\\') return k_malformed;
    const size_t size = scan_escape(text, at).size;
    if (size == 0) return k_malformed;
    at += size;
  }
}

size_t skip_space(std::string_view text, size_t at) {
  while (at < text.size() && is_space(text[at])) ++at;
  return at;
}

size_t skip_word(std::string_view text, size_t at, std::string_view word) {
  return text.substr(at, word.size()) == word ? at + word.size() : k_malformed;
}

// Anything but an array or object.
size_t skip_scalar(std::string_view text, size_t at) {
  switch (text[at]) {
    case '"': return skip_string(text, at);
    case 't': return skip_word(text, at, "true");
    case 'f': return skip_word(text, at, "false");
    case 'n': return skip_word(text, at, "null");
  }
  const size_t size = scan_number(text, at).size;
  return size == 0 ? k_malformed : at + size;
}

// "key": and the white space around it; the offset of the member's value.
size_t skip_key(std::string_view text, size_t at) {
  if (at >= text.size() || text[at] != '"') return k_malformed;
  at = skip_string(text, at);
  if (at == k_malformed) return at;
  at = skip_space(text, at);
  if (at >= text.size() || text[at] != ':') return k_malformed;
  return skip_space(text, at + 1);
}

}  // namespace

size_t skip_value(std::string_view text, size_t at) {
  std::bitset<k_depth_max> is_object;  // of the containers that are open
  size_t depth = 0;
  while (true) {
    // At the first byte of a value.
    if (at >= text.size()) return k_malformed;
    const char open = text[at];
    if (open == '{' || open == '[') {
      if (depth == k_depth_max) return k_malformed;
      at = skip_space(text, at + 1);
      const bool empty = at < text.size() && text[at] == (open == '{' ? '}' : ']');
      if (!empty) {
        is_object[depth++] = open == '{';
        if (open == '{' && (at = skip_key(text, at)) == k_malformed) return at;
        continue;
      }
      ++at;
    } else if ((at = skip_scalar(text, at)) == k_malformed) {
      return at;
    }
    // Behind a value: close what ends here, then go on to the next one.
    while (true) {
      if (depth == 0) return at;
      at = skip_space(text, at);
      if (at >= text.size()) return k_malformed;
      const bool object = is_object[depth - 1];
      if (text[at] == (object ? '}' : ']')) {
        --depth;
        ++at;
        continue;
      }
      if (text[at] != ',') return k_malformed;
      at = skip_space(text, at + 1);
      if (object && (at = skip_key(text, at)) == k_malformed) return at;
      break;
    }
  }
}

}  // namespace strobe::json
