#include "view/answers/headings.h"

#include <algorithm>
#include <cstdio>

namespace strobe::view {

std::string ruled_heading(std::string_view title, const TextStyle& style) {
  constexpr int k_rule_width = 56;
  std::string line = "── " + std::string(title) + " ";
  for (int width = display_width(line); width < k_rule_width; ++width) line += "─";
  return colored(style, Color::bold, fit(line, style.width > 0 ? style.width : k_rule_width * 2)) + "\n";
}

std::string right_aligned(const std::string& text, int width) {
  const int missing = width - display_width(text);
  return std::string(static_cast<size_t>(std::max(missing, 0)), ' ') + text;
}

double percentage(int64_t part, int64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) * 100.0 / static_cast<double>(whole);
}

std::string exact_percent(int64_t part, int64_t whole) {
  if (whole == 0) return "-";
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, "%.1f%%", percentage(part, whole));
  return buffer;
}

}  // namespace strobe::view
