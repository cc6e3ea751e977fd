#include "view/text.h"

#include <array>
#include <cstdio>
#include <ctime>
#include <cwchar>

#include <algorithm>

namespace strobe::view {

namespace {

struct Decoded {
  char32_t code_point = 0;
  int bytes = 0;  // 0: invalid
};

// One UTF-8 character; overlong forms, surrogates and values beyond Unicode are invalid.
Decoded decode(std::string_view text) {
  const auto at = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  if (at(0) < 0x80) return {at(0), 1};
  const int length = at(0) >= 0xf0 ? 4 : at(0) >= 0xe0 ? 3 : at(0) >= 0xc2 ? 2 : 0;
  if (length == 0 || at(0) > 0xf4 || text.size() < static_cast<size_t>(length)) return {};
  char32_t value = at(0) & (0xff >> (length + 1));
  for (int i = 1; i < length; ++i) {
    if ((at(i) & 0xc0) != 0x80) return {};
    value = value << 6 | (at(i) & 0x3f);
  }
  static constexpr std::array<char32_t, 5> k_smallest = {0, 0, 0x80, 0x800, 0x10000};
  if (value < k_smallest[length] || value > 0x10ffff || (value >= 0xd800 && value < 0xe000)) return {};
  return {value, length};
}

// Characters that act on the terminal or on their neighbours instead of standing for themselves.
bool is_control(char32_t c) {
  return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x061c || (c >= 0x200b && c <= 0x200f) ||
         (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff || (c >= 0xfff9 && c <= 0xfffb) ||
         (c >= 0xe0000 && c <= 0xe007f);
}

void append_stand_in(std::string& out, char32_t c) {
  char buffer[16];
  if (c < 0x100) {
    std::snprintf(buffer, sizeof buffer, "\\x%02x", static_cast<unsigned>(c));
  } else {
    std::snprintf(buffer, sizeof buffer, "\\u%04x", static_cast<unsigned>(c));
  }
  out += buffer;
}

std::string neutralised(std::string_view text, bool keep_lines) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const Decoded decoded = decode(text);
    if (decoded.bytes == 0) {
      append_stand_in(out, static_cast<uint8_t>(text.front()));
      text.remove_prefix(1);
      continue;
    }
    const char32_t c = decoded.code_point;
    if (c == '\n' && keep_lines) {
      out += '\n';
    } else if (c == '\n' || c == '\t' || c == '\r') {
      if (!(c == '\r' && keep_lines)) out += ' ';
    } else if (is_control(c)) {
      append_stand_in(out, c);
    } else {
      out += text.substr(0, decoded.bytes);
    }
    text.remove_prefix(decoded.bytes);
  }
  return out;
}

int width_of(char32_t c) {
  if (c < 0x300) return 1;
  const bool combining = (c < 0x370) || (c >= 0x1ab0 && c < 0x1b00) || (c >= 0x1dc0 && c < 0x1e00) ||
                         (c >= 0x20d0 && c < 0x2100) || (c >= 0xfe00 && c < 0xfe10) || (c >= 0xfe20 && c < 0xfe30);
  if (combining) return 0;
  const bool wide = (c >= 0x1100 && c < 0x1160) || (c >= 0x2e80 && c < 0xa4d0) || (c >= 0xac00 && c < 0xd7a4) ||
                    (c >= 0xf900 && c < 0xfb00) || (c >= 0xfe30 && c < 0xfe70) || (c >= 0xff00 && c < 0xff61) ||
                    (c >= 0xffe0 && c < 0xffe7) || (c >= 0x1f300 && c < 0x1f650) || (c >= 0x1f680 && c < 0x1f700) ||
                    (c >= 0x1f900 && c < 0x1fb00) || (c >= 0x20000 && c < 0x3fffe);
  return wide ? 2 : 1;
}

std::string printed(const char* format, double value, const char* unit) {
  char buffer[48];
  std::snprintf(buffer, sizeof buffer, format, value);
  return std::string(buffer) + unit;
}

}  // namespace

std::string colored(const TextStyle& style, Color color, std::string_view text) {
  static constexpr std::array<std::string_view, 7> k_codes = {"",         "\x1b[1m",  "\x1b[2m", "\x1b[31m",
                                                              "\x1b[32m", "\x1b[33m", "\x1b[36m"};
  if (!style.color || color == Color::plain) return std::string(text);
  return std::string(k_codes[static_cast<size_t>(color)]) + std::string(text) + "\x1b[0m";
}

std::string safe(std::string_view text) { return neutralised(text, false); }
std::string safe_lines(std::string_view text) { return neutralised(text, true); }

int display_width(std::string_view text) {
  int width = 0;
  while (!text.empty()) {
    const Decoded decoded = decode(text);
    width += decoded.bytes == 0 ? 1 : width_of(decoded.code_point);
    text.remove_prefix(decoded.bytes == 0 ? 1 : decoded.bytes);
  }
  return width;
}

size_t bytes_within(std::string_view text, int columns) {
  size_t bytes = 0;
  int used = 0;
  while (bytes < text.size()) {
    const Decoded decoded = decode(text.substr(bytes));
    used += decoded.bytes == 0 ? 1 : width_of(decoded.code_point);
    if (used > columns) break;
    bytes += decoded.bytes == 0 ? 1 : static_cast<size_t>(decoded.bytes);
  }
  return bytes;
}

std::string fit(std::string_view text, int width) {
  if (width <= 0 || bytes_within(text, width) == text.size()) return std::string(text);
  return std::string(text.substr(0, bytes_within(text, width - 1))) + "…";
}

namespace {

// How many bytes of the line come before the break: at most `width` columns, at least one character.
size_t break_of(std::string_view line, int width) {
  const size_t most = bytes_within(line, width);
  if (most == line.size()) return most;
  const size_t space = line.rfind(' ', most);
  const bool has_space = space != std::string_view::npos;
  if (has_space && line.substr(0, space).find_first_not_of(' ') != std::string_view::npos) {
    const std::string_view rest = line.substr(space + 1);
    const std::string_view fits = rest.substr(0, bytes_within(rest, width));
    const bool is_word_of_a_line = fits.size() == rest.size() || rest.substr(0, fits.size() + 1).contains(' ');
    // A longer word has to be broken anyway: so that it begins here, unless only little of it would.
    if (is_word_of_a_line || space > most / 2) return space + 1;
  }
  // A character wider than the line is not broken.
  return most > 0 ? most : static_cast<size_t>(std::max(decode(line).bytes, 1));
}

}  // namespace

std::vector<std::string> wrapped(std::string_view text, int width) {
  std::vector<std::string> lines;
  while (true) {
    const size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    for (size_t cut = 0; width > 0 && (cut = break_of(line, width)) < line.size();) {
      lines.emplace_back(line.substr(0, line.substr(0, cut).find_last_not_of(' ') + 1));
      line.remove_prefix(cut);
    }
    lines.emplace_back(line);
    if (end == std::string_view::npos) return lines;
    text.remove_prefix(end + 1);
  }
}

std::string paragraph(std::string_view text, const TextStyle& style, Indent indent, Color color) {
  constexpr int k_width_min = 20;
  const int width = style.width > 0 ? std::max(k_width_min, style.width - std::max(indent.first, indent.rest)) : 0;
  std::string out;
  for (const std::string& line : wrapped(text, width)) {
    const size_t size = line.find_last_not_of(' ') + 1;
    if (size > 0) {
      out.append(static_cast<size_t>(out.empty() ? indent.first : indent.rest), ' ');
      out += colored(style, color, std::string_view(line).substr(0, size));
    }
    out += '\n';
  }
  return out;
}

std::string padded(std::string_view text, int width) {
  std::string out = fit(text, width);
  const int missing = width - display_width(out);
  if (missing > 0) out.append(static_cast<size_t>(missing), ' ');
  return out;
}

std::string count(int64_t value) {
  std::string digits = std::to_string(value);
  const size_t first = value < 0 ? 1 : 0;
  for (size_t at = digits.size(); at > first + 3;) {
    at -= 3;
    digits.insert(at, ",");
  }
  return digits;
}

std::string duration(DurationNs duration) {
  const double ns = static_cast<double>(duration.ns);
  if (ns < 1e3) return std::to_string(duration.ns) + "ns";
  if (ns < 1e6) return printed("%.0f", ns / 1e3, "us");
  if (ns < 1e9) return printed("%.0f", ns / 1e6, "ms");
  if (ns < 60e9) return printed("%.2f", ns / 1e9, "s");
  const int64_t seconds = duration.ns / 1'000'000'000;
  char buffer[48];
  if (seconds < 3600) {
    std::snprintf(buffer, sizeof buffer, "%dm %02ds", static_cast<int>(seconds / 60), static_cast<int>(seconds % 60));
  } else {
    std::snprintf(buffer, sizeof buffer, "%lldh %02dm", static_cast<long long>(seconds / 3600),
                  static_cast<int>(seconds / 60 % 60));
  }
  return buffer;
}

std::string timestamp(TimeNs time) {
  const time_t seconds = static_cast<time_t>(time.ns / 1'000'000'000);
  tm parts{};
  gmtime_r(&seconds, &parts);
  char buffer[64];
  std::strftime(buffer, sizeof buffer, "%Y-%m-%d %H:%M:%S", &parts);
  return buffer;
}

std::string money(int64_t pico_usd) {
  const double usd = static_cast<double>(pico_usd) / 1e12;
  return "$" + printed(usd != 0 && usd < 0.0001 ? "%.8f" : "%.4f", usd, "");
}

std::string bytes(int64_t count) {
  if (count < 1000) return std::to_string(count) + " B";
  if (count < 1'000'000) return printed("%.1f", static_cast<double>(count) / 1e3, " KB");
  if (count < 1'000'000'000) return printed("%.1f", static_cast<double>(count) / 1e6, " MB");
  return printed("%.1f", static_cast<double>(count) / 1e9, " GB");
}

}  // namespace strobe::view
