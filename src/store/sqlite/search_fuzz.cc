#include <string>
#include <string_view>

#include "base/assert.h"
#include "store/name_pattern.h"
#include "store/sqlite/search_highlight.h"
#include "store/sqlite/search_terms.h"
#include "store/sqlite/search_text.h"

// What somebody typed to search for, a zero byte, and the text it is looked for in: whatever was typed, the index
// understands the expression that is made of it, and what is shown of the text is a piece of it.

namespace strobe::store {
namespace {

constexpr size_t k_searched_bytes_max = 1 << 12;

bool is_inside_character(std::string_view text, size_t at) {
  return at < text.size() && (static_cast<uint8_t>(text[at]) & 0xc0) == 0x80;
}

void check_search(std::string_view typed, const std::string& text) {
  static SearchHighlight highlight;
  const auto expression = search_expression(typed);
  if (!expression) {
    STROBE_ASSERT(expression.error().code == ErrorCode::invalid);
    return;
  }
  const auto snippet = highlight.snippet(text, *expression);
  STROBE_ASSERT(snippet.has_value());
  STROBE_ASSERT(text.find(snippet->text) != std::string::npos);
  size_t end = 0;
  for (const auto& [from, length] : snippet->matches) {
    STROBE_ASSERT(from >= end && length > 0 && from + length <= snippet->text.size());
    end = from + length;
    STROBE_ASSERT(!is_inside_character(snippet->text, from) && !is_inside_character(snippet->text, end));
  }
}

void check(std::string_view typed, std::string_view found_in) {
  SearchText text;
  text.add(found_in);
  STROBE_ASSERT(text.text().size() <= k_search_text_bytes_max);
  for (const char c : text.text()) STROBE_ASSERT(static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t');
  check_search(typed, text.text().substr(0, k_searched_bytes_max));
  SearchText attribute;
  attribute.add_attribute("input.value", Value::of_string(found_in));
  attribute.add_part("content", Value::of_string(found_in), 100);
  const NamePattern pattern(typed.substr(0, 256));
  (void)pattern.matches(found_in.substr(0, 4096));
  // A name that holds the pattern matches it, unless the pattern means more than itself.
  if (typed.size() <= 256 && typed.find_first_of("*?") == std::string_view::npos) {
    STROBE_ASSERT(pattern.matches("<" + std::string(typed) + ">"));
  }
}

}  // namespace
}  // namespace strobe::store

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const size_t zero = std::min(input.find('\0'), input.size());
  strobe::store::check(input.substr(0, zero), input.substr(std::min(zero + 1, input.size())));
  return 0;
}
