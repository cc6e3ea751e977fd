#include "analyze/masked_text.h"

#include <array>

namespace strobe::analyze {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

// A table, for it is asked of every byte.
constexpr std::array<bool, 256> k_in_words = [] {
  std::array<bool, 256> in_words{};
  for (const char c : std::string_view("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_"))
    in_words[static_cast<unsigned char>(c)] = true;
  return in_words;
}();

// The first byte from `at` on that is in a word, or in none; the end of the text where there is none.
size_t next_word(std::string_view text, size_t at) {
  while (at < text.size() && !k_in_words[static_cast<unsigned char>(text[at])]) ++at;
  return at;
}
size_t word_end(std::string_view text, size_t at) {
  while (at < text.size() && k_in_words[static_cast<unsigned char>(text[at])]) ++at;
  return at;
}

// Whether `text` begins with the pattern: 'd' a digit, 'x' a hexadecimal digit, anything else itself.
bool looks_like(std::string_view text, std::string_view pattern) {
  if (text.size() < pattern.size()) return false;
  for (size_t i = 0; i < pattern.size(); ++i) {
    const char wanted = pattern[i];
    const bool fits = wanted == 'd' ? is_digit(text[i]) : wanted == 'x' ? is_hex(text[i]) : text[i] == wanted;
    if (!fits) return false;
  }
  return true;
}

size_t digits_at(std::string_view text, size_t at) {
  size_t end = at;
  while (end < text.size() && is_digit(text[end])) ++end;
  return end - at;
}

// A time of day with fraction and zone behind it: "12:00", "12:00:30.123Z", "12:00:30+02:00". 0: none.
size_t clock_bytes(std::string_view text) {
  if (!looks_like(text, "dd:dd")) return 0;
  size_t end = 5;
  if (looks_like(text.substr(end), ":dd")) end += 3;
  if (end < text.size() && (text[end] == '.' || text[end] == ',')) {
    if (const size_t digits = digits_at(text, end + 1); digits > 0) end += 1 + digits;
  }
  if (end < text.size() && text[end] == 'Z') return end + 1;
  if (looks_like(text.substr(end), "+dd:dd") || looks_like(text.substr(end), "-dd:dd")) return end + 6;
  return end;
}

size_t time_bytes(std::string_view text) {
  if (!looks_like(text, "dddd-dd-dd")) return clock_bytes(text);
  if (text.size() > 10 && (text[10] == 'T' || text[10] == ' ')) {
    if (const size_t clock = clock_bytes(text.substr(11)); clock > 0) return 11 + clock;
  }
  return 10;
}

// Digits alone: seconds, milliseconds, microseconds or nanoseconds since 1970.
bool is_unix_time(std::string_view word) {
  const bool has_length = word.size() == 10 || word.size() == 13 || word.size() == 16 || word.size() == 19;
  if (!has_length || word.front() < '1' || word.front() > '3') return false;
  return digits_at(word, 0) == word.size();
}

struct Mix {
  size_t letters = 0, digits = 0;
  bool is_hex_only = true;
};

Mix mix_of(std::string_view word) {
  Mix mix;
  for (const char c : word) {
    mix.letters += is_letter(c) ? 1 : 0;
    mix.digits += is_digit(c) ? 1 : 0;
    mix.is_hex_only = mix.is_hex_only && is_hex(c);
  }
  return mix;
}

bool is_id(std::string_view word) {
  constexpr size_t k_bytes_min = 12;  // a letter, a line, ten more
  if (word.size() < k_bytes_min) return false;
  const Mix whole = mix_of(word);
  if (whole.is_hex_only && word.size() >= 16) return whole.letters > 0 && whole.digits > 0;
  const size_t prefix = word.rfind('_');
  if (prefix == std::string_view::npos || prefix == 0) return false;
  const std::string_view rest = word.substr(prefix + 1);
  if (rest.size() < 10) return false;
  const Mix mix = mix_of(rest);
  return mix.letters > 0 && mix.digits > 0;
}

constexpr std::string_view k_uuid = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";

struct Token {
  size_t bytes = 0;
  std::string_view mask;  // empty: it stays what it is
};

// What begins with the word that `text` begins with. Nothing is looked at more than a few times, as what stays is
// passed to its end.
Token token_at(std::string_view text) {
  const auto ends_at = [&](size_t end) { return word_end(text, end) == end; };
  const std::string_view word = text.substr(0, word_end(text, 0));
  if (word.size() == k_uuid.find('-') && looks_like(text, k_uuid) && ends_at(k_uuid.size()))
    return {k_uuid.size(), "<uuid>"};
  if (is_digit(text.front())) {
    if (const size_t bytes = time_bytes(text); bytes > 0 && ends_at(bytes)) return {bytes, "<time>"};
  }
  return {word.size(), is_unix_time(word) ? "<time>" : is_id(word) ? "<id>" : ""};
}

}  // namespace

std::string masked_text(std::string_view text) {
  std::string out;
  size_t copied = 0;  // so much of the text is in `out`
  for (size_t at = next_word(text, 0); at < text.size(); at = next_word(text, at)) {
    const Token token = token_at(text.substr(at));
    if (!token.mask.empty()) {
      out.append(text, copied, at - copied).append(token.mask);
      copied = at + token.bytes;
    }
    at += token.bytes;
  }
  return out.append(text, copied);
}

}  // namespace strobe::analyze
