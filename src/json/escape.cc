#include "json/escape.h"

#include <array>
#include <cstring>

#include "json/scan.h"

namespace strobe::json {

namespace {

constexpr char k_hex[] = "0123456789abcdef";

// Which bytes must be looked at, per style; everything else is copied in runs.
using StopTable = std::array<bool, 256>;
constexpr StopTable make_stops(Escaping escaping) {
  StopTable stops{};
  for (int c = 0; c < 0x20; ++c) stops[c] = true;
  stops['"'] = stops['\\'] = true;
  switch (escaping) {
    case Escaping::minimal:
      stops[0xed] = true;  // the first byte of every surrogate
      break;
    case Escaping::slash: stops[0xed] = stops['/'] = true; break;
    case Escaping::ascii:
      for (int c = 0x80; c < 0x100; ++c) stops[c] = true;
      break;
    case Escaping::html:
      stops['<'] = stops['>'] = stops['&'] = stops[0xe2] = true;  // U+2028 is e2 80 a8
      break;
  }
  return stops;
}
constexpr StopTable k_stops[] = {make_stops(Escaping::minimal), make_stops(Escaping::ascii),
                                 make_stops(Escaping::slash), make_stops(Escaping::html)};

void append_unit(std::string& out, uint32_t unit) {
  const char escape[] = {
      '\\', 'u', k_hex[unit >> 12 & 15], k_hex[unit >> 8 & 15], k_hex[unit >> 4 & 15], k_hex[unit & 15]};
  out.append(escape, sizeof escape);
}

void append_ascii(std::string& out, char c) {
  switch (c) {
    case '"': out += "\\\""; break;
    case '\\': out += "\\\\"; break;
    case '/': out += "\\/"; break;
    case '\b': out += "\\b"; break;
    case '\f': out += "\\f"; break;
    case '\n': out += "\\n"; break;
    case '\r': out += "\\r"; break;
    case '\t': out += "\\t"; break;
    default: append_unit(out, static_cast<uint8_t>(c));
  }
}

// Appends what stands at `at` beyond ASCII and returns how many bytes that was.
size_t append_beyond_ascii(std::string& out, std::string_view text, size_t at, Escaping escaping) {
  const CodePoint point = decode_utf8(text, at);
  if (point.bytes == 0) {
    out.push_back(text[at]);
    return 1;
  }
  // High and low surrogate side by side are no WTF-8: written as escapes they would come back as one character, so they
  // pass as the invalid bytes they are.
  if (point.is_high_surrogate() && decode_utf8(text, at + 3).is_low_surrogate()) {
    out.append(text.substr(at, 6));
    return 6;
  }
  const bool surrogate = point.is_high_surrogate() || point.is_low_surrogate();
  const bool escaped = escaping == Escaping::ascii || (surrogate && escaping != Escaping::html) ||
                       (escaping == Escaping::html && (point.value == 0x2028 || point.value == 0x2029));
  if (!escaped) {
    out.append(text.substr(at, point.bytes));
  } else if (point.value < 0x10000) {
    append_unit(out, point.value);
  } else {
    append_unit(out, 0xd800 + ((point.value - 0x10000) >> 10));
    append_unit(out, 0xdc00 + ((point.value - 0x10000) & 0x3ff));
  }
  return point.bytes;
}

uint32_t unit_at(std::string_view text, size_t at) {
  uint32_t unit = 0;
  for (size_t i = at + 2; i < at + 6; ++i) unit = unit << 4 | static_cast<uint32_t>(hex_digit(text[i]));
  return unit;
}

char short_escape(char c) {
  switch (c) {
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    default: return c;
  }
}

}  // namespace

void append_escaped(std::string& out, std::string_view decoded, Escaping escaping) {
  const StopTable& stops = k_stops[static_cast<size_t>(escaping)];
  size_t run = 0;
  size_t at = 0;
  while (at < decoded.size()) {
    if (!stops[static_cast<uint8_t>(decoded[at])]) {
      ++at;
      continue;
    }
    out.append(decoded.substr(run, at - run));
    const char c = decoded[at];
    if (c == '<' || c == '>' || c == '&') {
      append_unit(out, static_cast<uint8_t>(c));
      ++at;
    } else if (static_cast<uint8_t>(c) < 0x80) {
      append_ascii(out, c);
      ++at;
    } else {
      at += append_beyond_ascii(out, decoded, at, escaping);
    }
    run = at;
  }
  out.append(decoded.substr(run));
}

std::optional<std::string_view> unescape(std::string_view escaped, Arena& arena) {
  size_t at = escaped.find('\\');
  if (at == std::string_view::npos) return escaped;
  // No escape is shorter than what it stands for.
  char* const decoded = arena.allocate_bytes(escaped.size());
  std::memcpy(decoded, escaped.data(), at);
  char* to = decoded + at;
  while (at < escaped.size()) {
    const size_t size = scan_escape(escaped, at).size;
    if (size == 0) return std::nullopt;
    if (size == 2) {
      *to++ = short_escape(escaped[at + 1]);
      at += 2;
    } else {
      uint32_t value = unit_at(escaped, at);
      at += 6;
      if (value >= 0xd800 && value < 0xdc00 && at < escaped.size() && escaped[at] == '\\' &&
          scan_escape(escaped, at).size == 6) {
        const uint32_t low = unit_at(escaped, at);
        if (low >= 0xdc00 && low < 0xe000) {
          value = 0x10000 + ((value - 0xd800) << 10) + (low - 0xdc00);
          at += 6;
        }
      }
      to += encode_utf8(value, to);
    }
    const size_t plain = copy_to_backslash(escaped, at, to);
    to += plain;
    at += plain;
  }
  return std::string_view(decoded, static_cast<size_t>(to - decoded));
}

}  // namespace strobe::json
