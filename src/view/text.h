#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace strobe::view {

// How text is laid out. Width in terminal columns; 0: unlimited.
struct TextStyle {
  int width = 100;
  bool color = false;
  bool verbose = false;
  // What a command calls the session to ask more about it, as a shell reads it; empty: its short id.
  std::string session_name = {};
};

enum class Color { plain, bold, dim, red, green, yellow, cyan };

// Wraps text that is ours already safe (see safe()) in a colour, when the style has colours.
std::string colored(const TextStyle& style, Color color, std::string_view text);

// Traced text is hostile: control characters, escape codes, bidirectional controls and invalid UTF-8 become visible
// stand-ins (\x1b, \u202e, \xff), so that nothing a trace contains can move the cursor or reorder a line. Newlines and
// tabs become spaces.
std::string safe(std::string_view text);
// The same, but newlines stay: for text that is printed over several lines.
std::string safe_lines(std::string_view text);

// Columns that `safe` text takes on a terminal (East Asian wide characters count two, combining ones none).
int display_width(std::string_view text);
// How many bytes of `safe` text fit into `columns`: whole characters only. Looks no further than it must.
size_t bytes_within(std::string_view text, int columns);
// Cuts `safe` text to `width` columns, ending in "…" when something was cut.
std::string fit(std::string_view text, int width);
// The same, filled up with spaces.
std::string padded(std::string_view text, int width);

// Breaks `safe_lines` text into lines of at most `width` columns; 0: only at newlines. Breaks at spaces; a word (an id,
// a number, a path) only where it is longer than a line; the spaces at the break are gone.
std::vector<std::string> wrapped(std::string_view text, int width);
// Columns that stand before the first line of a paragraph, and before those behind it.
struct Indent {
  int first = 0;
  int rest = 0;
};
// Wrapped to the style's width, each line with a newline behind it instead of its last spaces, and in that colour.
std::string paragraph(std::string_view text, const TextStyle& style, Indent indent = {}, Color color = Color::plain);

// "8,542"
std::string count(int64_t value);
// "45ms", "1.234s", "2m 05s", "3h 02m"; below a millisecond "340us".
std::string duration(DurationNs duration);
// "2026-01-30 12:00:00" in UTC.
std::string timestamp(TimeNs time);
// "$0.0284"; below a hundredth of a cent more digits.
std::string money(int64_t pico_usd);
// "1.2 MB"
std::string bytes(int64_t count);

}  // namespace strobe::view
