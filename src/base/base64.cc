#include "base/base64.h"

#include <array>
#include <cstdint>

namespace strobe {

namespace {

constexpr std::string_view k_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr uint8_t k_no_digit = 64;

constexpr std::array<uint8_t, 256> k_digits = [] {
  std::array<uint8_t, 256> digits{};
  digits.fill(k_no_digit);
  for (uint8_t i = 0; i < 64; ++i) digits[static_cast<uint8_t>(k_alphabet[i])] = i;
  digits['-'] = 62;
  digits['_'] = 63;
  return digits;
}();

}  // namespace

std::string to_base64(std::string_view bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (size_t i = 0; i < bytes.size(); i += 3) {
    const std::string_view three = bytes.substr(i, 3);
    uint32_t bits = 0;
    for (size_t k = 0; k < 3; ++k) bits = bits << 8 | (k < three.size() ? static_cast<uint8_t>(three[k]) : 0u);
    for (size_t k = 0; k < 4; ++k) text += k <= three.size() ? k_alphabet[bits >> (18 - 6 * k) & 63] : '=';
  }
  return text;
}

std::optional<std::string> from_base64(std::string_view text) {
  if (text.size() % 4 == 0) {
    for (int padding = 0; padding < 2 && text.ends_with('='); ++padding) text.remove_suffix(1);
  }
  if (text.size() % 4 == 1) return std::nullopt;
  std::string bytes;
  bytes.reserve(text.size() * 3 / 4);
  uint32_t bits = 0;
  int bit_count = 0;
  for (const char c : text) {
    const uint8_t digit = k_digits[static_cast<uint8_t>(c)];
    if (digit == k_no_digit) return std::nullopt;
    bits = bits << 6 | digit;
    bit_count += 6;
    if (bit_count >= 8) {
      bit_count -= 8;
      bytes.push_back(static_cast<char>(bits >> bit_count));
    }
  }
  return bytes;
}

}  // namespace strobe
