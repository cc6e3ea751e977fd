#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/hex.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

// Small pieces that the readers of this room share. Not for other rooms.
namespace strobe::json {

inline bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }
inline bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The first byte at or behind `at` that ends a plain run inside a string: a quote, a backslash, or a control character.
// text.size() when there is none. Strings are most of our input, hence sixteen bytes at once.
inline size_t find_string_stop(std::string_view text, size_t at) {
  const char* data = text.data();
  const size_t size = text.size();
#ifdef __SSE2__
  const __m128i quote = _mm_set1_epi8('"');
  const __m128i backslash = _mm_set1_epi8('\\');
  const __m128i control = _mm_set1_epi8(0x1f);
  for (; at + 16 <= size; at += 16) {
    const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(data + at));
    const __m128i is_control = _mm_cmpeq_epi8(_mm_min_epu8(block, control), block);
    const __m128i stop =
        _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(block, quote), _mm_cmpeq_epi8(block, backslash)), is_control);
    const int mask = _mm_movemask_epi8(stop);
    if (mask != 0) return at + static_cast<size_t>(__builtin_ctz(static_cast<unsigned>(mask)));
  }
#endif
  for (; at < size; ++at) {
    const auto c = static_cast<uint8_t>(data[at]);
    if (c == '"' || c == '\\' || c < 0x20) return at;
  }
  return size;
}

// Copies from `at` up to the next backslash, or to the end, and returns how much that was. `to` has room for all that
// is left of `text`: whole blocks are copied before it is known how much of them counts.
inline size_t copy_to_backslash(std::string_view text, size_t at, char* to) {
  const size_t begin = at;
#ifdef __SSE2__
  const __m128i backslash = _mm_set1_epi8('\\');
  for (; at + 16 <= text.size(); at += 16, to += 16) {
    const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + at));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to), block);
    const int mask = _mm_movemask_epi8(_mm_cmpeq_epi8(block, backslash));
    if (mask != 0) return at - begin + static_cast<size_t>(__builtin_ctz(static_cast<unsigned>(mask)));
  }
#endif
  for (; at < text.size() && text[at] != '\\'; ++at) *to++ = text[at];
  return at - begin;
}

// How many of the first bytes of `text` at `at` are a number by RFC 8259's grammar; 0 when there is none. Greedy: in
// "12x" it is 2, in "1." it is 0 ("incomplete" tells a text that ends too early).
struct NumberScan {
  size_t size = 0;
  bool incomplete = false;
};
inline NumberScan scan_number(std::string_view text, size_t at) {
  const size_t begin = at;
  const size_t size = text.size();
  const auto digits = [&] {
    const size_t from = at;
    while (at < size && is_digit(text[at])) ++at;
    return at != from;
  };
  const auto bad = [&] { return NumberScan{0, at == size}; };
  if (at < size && text[at] == '-') ++at;
  if (at < size && text[at] == '0') {
    ++at;
  } else if (!digits()) {
    return bad();
  }
  if (at < size && text[at] == '.') {
    ++at;
    if (!digits()) return bad();
  }
  if (at < size && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < size && (text[at] == '+' || text[at] == '-')) ++at;
    if (!digits()) return bad();
  }
  return {at - begin, false};
}

// Size of the escape sequence at `at`, where the backslash is: 2 or 6. 0 when it is malformed; `incomplete` when it
// only lacks its end.
struct EscapeScan {
  size_t size = 0;
  bool incomplete = false;
};
inline EscapeScan scan_escape(std::string_view text, size_t at) {
  if (at + 1 >= text.size()) return {0, true};
  switch (text[at + 1]) {
    case '"':
    case '\\':
    case '/':
    case 'b':
    case 'f':
    case 'n':
    case 'r':
    case 't': return {2, false};
    case 'u':
      for (size_t i = at + 2; i < at + 6; ++i) {
        if (i >= text.size()) return {0, true};
        if (hex_digit(text[i]) < 0) return {};
      }
      return {6, false};
    default: return {};
  }
}

// One code point of UTF-8, surrogates included (WTF-8): bytes is 0 when the bytes at `at` are no such thing.
struct CodePoint {
  uint32_t value = 0;
  size_t bytes = 0;
  bool is_high_surrogate() const { return bytes == 3 && value >= 0xd800 && value < 0xdc00; }
  bool is_low_surrogate() const { return bytes == 3 && value >= 0xdc00 && value < 0xe000; }
};
inline CodePoint decode_utf8(std::string_view text, size_t at) {
  const auto byte = [&](size_t i) { return at + i < text.size() ? static_cast<uint8_t>(text[at + i]) : 0u; };
  const auto is_tail = [&](size_t i) { return (byte(i) & 0xc0) == 0x80; };
  const uint32_t first = byte(0);
  if (at >= text.size()) return {};
  if (first < 0x80) return {first, 1};
  if (first >= 0xc2 && first < 0xe0 && is_tail(1)) return {(first & 0x1f) << 6 | (byte(1) & 0x3f), 2};
  if (first >= 0xe0 && first < 0xf0 && is_tail(1) && is_tail(2)) {
    const uint32_t value = (first & 0x0f) << 12 | (byte(1) & 0x3f) << 6 | (byte(2) & 0x3f);
    if (value >= 0x800) return {value, 3};
  }
  if (first >= 0xf0 && first < 0xf5 && is_tail(1) && is_tail(2) && is_tail(3)) {
    const uint32_t value = (first & 0x07) << 18 | (byte(1) & 0x3f) << 12 | (byte(2) & 0x3f) << 6 | (byte(3) & 0x3f);
    if (value >= 0x10000 && value <= 0x10ffff) return {value, 4};
  }
  return {};
}

// Writes the UTF-8 (WTF-8 for surrogates) of `value` and returns its size.
inline size_t encode_utf8(uint32_t value, char* to) {
  const auto put = [&](size_t i, uint32_t byte) { to[i] = static_cast<char>(byte); };
  if (value < 0x80) {
    put(0, value);
    return 1;
  }
  if (value < 0x800) {
    put(0, 0xc0 | value >> 6);
    put(1, 0x80 | (value & 0x3f));
    return 2;
  }
  if (value < 0x10000) {
    put(0, 0xe0 | value >> 12);
    put(1, 0x80 | (value >> 6 & 0x3f));
    put(2, 0x80 | (value & 0x3f));
    return 3;
  }
  put(0, 0xf0 | value >> 18);
  put(1, 0x80 | (value >> 12 & 0x3f));
  put(2, 0x80 | (value >> 6 & 0x3f));
  put(3, 0x80 | (value & 0x3f));
  return 4;
}

}  // namespace strobe::json
