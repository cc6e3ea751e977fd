#include "analyze/text_change.h"

#include <algorithm>
#include <array>

namespace strobe::analyze {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

size_t common_prefix(std::string_view a, std::string_view b) {
  return static_cast<size_t>(std::ranges::mismatch(a, b).in1 - a.begin());
}

size_t common_suffix(std::string_view a, std::string_view b) {
  const auto [in_a, in_b] = std::mismatch(a.rbegin(), a.rend(), b.rbegin(), b.rend());
  return static_cast<size_t>(in_a - a.rbegin());
}

// `pattern`: x a hexadecimal digit, d a digit, anything else itself.
bool matches(std::string_view text, size_t at, std::string_view pattern) {
  if (text.size() - at < pattern.size()) return false;
  for (size_t i = 0; i < pattern.size(); ++i) {
    const char c = text[at + i];
    const bool fits = pattern[i] == 'x' ? is_hex(c) : pattern[i] == 'd' ? is_digit(c) : c == pattern[i];
    if (!fits) return false;
  }
  return true;
}

// "Jan 5", "January 12": bytes, or 0.
size_t month_and_day(std::string_view text, size_t at) {
  static constexpr std::array<std::string_view, 12> k_months = {"January",   "February", "March",    "April",
                                                                "May",       "June",     "July",     "August",
                                                                "September", "October",  "November", "December"};
  if (at > 0 && is_letter(text[at - 1])) return 0;
  for (const std::string_view month : k_months) {
    if (!text.substr(at).starts_with(month.substr(0, 3))) continue;
    size_t size = text.substr(at).starts_with(month) ? month.size() : 3;
    if (at + size < text.size() && text[at + size] == '.') ++size;
    if (at + size + 1 < text.size() && text[at + size] == ' ' && is_digit(text[at + size + 1])) return size + 2;
  }
  return 0;
}

size_t digits_at(std::string_view text, size_t at) {
  size_t size = 0;
  while (at + size < text.size() && is_digit(text[at + size])) ++size;
  return size;
}

// What begins at `at`, and how long it is.
struct Found {
  Volatile value = Volatile::none;
  size_t size = 0;
};
Found value_at(std::string_view text, size_t at) {
  static constexpr std::string_view k_uuid = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
  const char first = text[at];
  const bool is_within_digits = at > 0 && is_digit(text[at - 1]);
  if (is_hex(first) && matches(text, at, k_uuid)) return {Volatile::uuid, k_uuid.size()};
  if (is_within_digits || !(is_digit(first) || (first >= 'A' && first <= 'Z'))) return {};
  if (matches(text, at, "dddd-dd-dd")) return {Volatile::date, 10};
  if (matches(text, at, "dd:dd")) return {Volatile::date, matches(text, at, "dd:dd:dd") ? size_t{8} : size_t{5}};
  if (const size_t size = month_and_day(text, at); size > 0) return {Volatile::date, size};
  if (const size_t size = digits_at(text, at); size >= 10 && size <= 13) return {Volatile::counter, size};
  return {};
}

// The values that reach into, or nearly into, bytes [begin, end): a bit each.
uint32_t values_around(std::string_view text, size_t begin, size_t end) {
  const size_t first = begin > k_volatile_window / 2 ? begin - k_volatile_window / 2 : 0;
  const size_t last = std::min(text.size(), begin + k_volatile_window / 2);
  const std::string_view window = text.substr(0, std::min(text.size(), last + 64));
  uint32_t found = 0;
  for (size_t at = first; at < last; ++at) {
    const Found value = value_at(window, at);
    if (value.value == Volatile::none) continue;
    if (at + value.size + k_volatile_reach >= begin && at <= end + k_volatile_reach)
      found |= uint32_t{1} << static_cast<uint32_t>(value.value);
    at += value.size - 1;
  }
  return found;
}

}  // namespace

std::string_view name_of(TextChange change) {
  static constexpr std::array<std::string_view, 6> k_names = {"",          "appended",        "truncated",
                                                              "prepended", "leading_removed", "inner_edit"};
  return k_names[static_cast<size_t>(change)];
}

TextChange change_of(std::string_view before, std::string_view after) {
  if (before == after) return TextChange::none;
  if (after.starts_with(before)) return TextChange::appended;
  if (before.starts_with(after)) return TextChange::truncated;
  if (after.ends_with(before)) return TextChange::prepended;
  if (before.ends_with(after)) return TextChange::leading_removed;
  return TextChange::inner_edit;
}

std::string_view name_of(Volatile value) {
  static constexpr std::array<std::string_view, 4> k_names = {"", "uuid", "date", "counter"};
  return k_names[static_cast<size_t>(value)];
}

Volatile volatile_value_in(std::string_view before, std::string_view after) {
  if (before == after) return Volatile::none;
  const size_t begin = common_prefix(before, after);
  const size_t behind = common_suffix(before.substr(begin), after.substr(begin));
  const uint32_t found =
      values_around(before, begin, before.size() - behind) & values_around(after, begin, after.size() - behind);
  for (const Volatile value : {Volatile::uuid, Volatile::date, Volatile::counter})
    if ((found >> static_cast<uint32_t>(value) & 1) != 0) return value;
  return Volatile::none;
}

}  // namespace strobe::analyze
