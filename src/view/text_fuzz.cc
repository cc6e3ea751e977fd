#include <string>
#include <string_view>

#include "base/assert.h"
#include "view/text.h"

// Any bytes as text that a terminal shall show: nothing of it acts on the terminal, and laying it out keeps within the
// columns.

namespace strobe::view {
namespace {

// Escape codes and everything else below a space; bidirectional controls in UTF-8 all begin with these two bytes.
void check_harmless(std::string_view text, bool newlines_stay) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    STROBE_ASSERT(byte >= 0x20 || (newlines_stay && c == '\n'));
    STROBE_ASSERT(byte != 0x7f);
  }
  for (const std::string_view control : {"\u200e", "\u200f", "\u202a", "\u202b", "\u202d", "\u202e", "\u2066", "\u2067",
                                         "\u2069", "\u061c", "\u2028", "\u009b", "\ufeff"}) {
    STROBE_ASSERT(text.find(control) == std::string_view::npos);
  }
}

void check(std::string_view text) {
  const std::string line = safe(text);
  check_harmless(line, false);
  STROBE_ASSERT(safe(line) == line);
  const std::string lines = safe_lines(text);
  check_harmless(lines, true);
  const int whole_width = display_width(line);
  STROBE_ASSERT(whole_width >= 0);
  for (const int width : {1, 2, 7, 40}) {
    const std::string fitted = fit(line, width);
    STROBE_ASSERT(display_width(fitted) <= width);
    if (whole_width <= width) STROBE_ASSERT(fitted == line);
    STROBE_ASSERT(display_width(padded(line, width)) == width);
    const size_t within = bytes_within(line, width);
    STROBE_ASSERT(within <= line.size());
    STROBE_ASSERT(display_width(std::string_view(line).substr(0, within)) <= width);
    // Spaces at the end of a line may hang over, and a character of two columns cannot be broken for a line of one.
    for (const std::string& wrapped_line : wrapped(lines, width)) {
      const std::string_view shown(wrapped_line.data(), wrapped_line.find_last_not_of(' ') + 1);
      STROBE_ASSERT(display_width(shown) <= std::max(width, 2));
      STROBE_ASSERT(safe(wrapped_line) == wrapped_line);
    }
  }
}

}  // namespace
}  // namespace strobe::view

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  strobe::view::check({reinterpret_cast<const char*>(data), size});
  return 0;
}
