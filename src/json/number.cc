#include "json/number.h"

#include <charconv>
#include <cmath>
#include <limits>

#include "json/scan.h"

namespace strobe::json {

namespace {

// Longest integer that is written out; longer ones with trailing zeros get an exponent. Part of every message id.
constexpr int64_t k_plain_digits_max = 21;
constexpr int64_t k_exponent_max = 1'000'000'000;

// sign * digits * 10^exponent, digits without leading and trailing zeros; zero has no digits.
struct Decimal {
  bool negative = false;
  std::string digits;
  int64_t exponent = 0;
};

// Nothing when `text` is no number or its exponent is beyond all use.
std::optional<Decimal> to_decimal(std::string_view text) {
  if (text.empty() || scan_number(text, 0).size != text.size()) return std::nullopt;
  Decimal decimal;
  size_t at = 0;
  if (text[at] == '-') {
    decimal.negative = true;
    ++at;
  }
  bool fraction = false;
  for (; at < text.size() && text[at] != 'e' && text[at] != 'E'; ++at) {
    if (text[at] == '.') {
      fraction = true;
      continue;
    }
    if (fraction) --decimal.exponent;
    if (text[at] != '0' || !decimal.digits.empty()) decimal.digits.push_back(text[at]);
  }
  while (!decimal.digits.empty() && decimal.digits.back() == '0') {
    decimal.digits.pop_back();
    ++decimal.exponent;
  }
  if (decimal.digits.empty()) return Decimal{};
  if (at < text.size()) {
    ++at;
    const bool minus = text[at] == '-';
    if (text[at] == '+' || text[at] == '-') ++at;
    constexpr int64_t k_saturated = std::numeric_limits<int64_t>::max() / 4;
    int64_t written = 0;
    for (; at < text.size(); ++at) {
      if (written < k_saturated / 10) written = written * 10 + (text[at] - '0');
    }
    decimal.exponent += minus ? -written : written;
  }
  return decimal;
}

// The digits of a non-negative or negative integer of at most `digits_max` digits, zeros written out; empty when it is
// no such integer.
std::string integer_digits(const Decimal& decimal, int64_t digits_max) {
  if (decimal.digits.empty()) return "0";
  if (decimal.exponent < 0 || decimal.exponent > digits_max) return {};
  if (static_cast<int64_t>(decimal.digits.size()) + decimal.exponent > digits_max) return {};
  return decimal.digits + std::string(static_cast<size_t>(decimal.exponent), '0');
}

template <typename Integer>
std::optional<Integer> to_integer(std::string_view text) {
  const auto decimal = to_decimal(text);
  if (!decimal) return std::nullopt;
  std::string digits = integer_digits(*decimal, 20);
  if (digits.empty()) return std::nullopt;
  if (decimal->negative) digits.insert(digits.begin(), '-');
  Integer value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

}  // namespace

std::string canonical_number(std::string_view text) {
  const auto decimal = to_decimal(text);
  if (!decimal || std::abs(decimal->exponent) > k_exponent_max) return std::string(text);
  const std::string sign = decimal->negative ? "-" : "";
  if (decimal->exponent == 0 || decimal->digits.empty()) {
    return sign + (decimal->digits.empty() ? "0" : decimal->digits);
  }
  const std::string plain = integer_digits(*decimal, k_plain_digits_max);
  if (!plain.empty()) return sign + plain;
  return sign + decimal->digits + "e" + std::to_string(decimal->exponent);
}

std::optional<int64_t> to_int64(std::string_view text) { return to_integer<int64_t>(text); }
std::optional<uint64_t> to_uint64(std::string_view text) { return to_integer<uint64_t>(text); }

std::optional<double> to_double(std::string_view text) {
  if (text.empty() || scan_number(text, 0).size != text.size()) return std::nullopt;
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc()) return value;
  // Out of range: the nearest double is zero or infinity, and from_chars does not say which.
  const auto decimal = to_decimal(text);
  const bool huge = decimal && static_cast<int64_t>(decimal->digits.size()) + decimal->exponent > 0;
  const double magnitude = huge ? std::numeric_limits<double>::infinity() : 0.0;
  return text.front() == '-' ? -magnitude : magnitude;
}

std::string from_double(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value < 0 ? "-Infinity" : "Infinity";
  // The shortest digits come from to_chars as d.ddde+XX; where the point goes follows ECMA-262, Number::toString.
  char buffer[40];
  const auto written = std::to_chars(buffer, buffer + sizeof buffer, std::abs(value), std::chars_format::scientific);
  const std::string_view scientific(buffer, static_cast<size_t>(written.ptr - buffer));
  const size_t e = scientific.find('e');
  std::string digits;
  for (const char c : scientific.substr(0, e)) {
    if (c != '.') digits.push_back(c);
  }
  int exponent = 0;
  const char* from = buffer + e + 1 + (buffer[e + 1] == '+' ? 1 : 0);
  std::from_chars(from, written.ptr, exponent);
  const int count = static_cast<int>(digits.size());
  const int point = exponent + 1;  // how many digits stand before the decimal point
  std::string out = std::signbit(value) ? "-" : "";
  if (point >= count && point <= 21) return out + digits + std::string(static_cast<size_t>(point - count), '0');
  if (point > 0 && point <= 21) {
    return out + digits.substr(0, static_cast<size_t>(point)) + "." + digits.substr(static_cast<size_t>(point));
  }
  if (point > -6 && point <= 0) return out + "0." + std::string(static_cast<size_t>(-point), '0') + digits;
  out += digits.substr(0, 1);
  if (count > 1) out += "." + digits.substr(1);
  return out + "e" + (exponent < 0 ? "-" : "+") + std::to_string(std::abs(exponent));
}

}  // namespace strobe::json
