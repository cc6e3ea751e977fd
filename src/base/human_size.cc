#include "base/human_size.h"

#include <cctype>
#include <charconv>
#include <cmath>
#include <string>

namespace strobe {

namespace {

struct Unit {
  std::string_view name;
  double bytes;
};
constexpr Unit k_units[] = {{"", 1},          {"b", 1},
                            {"k", 1e3},       {"kb", 1e3},
                            {"m", 1e6},       {"mb", 1e6},
                            {"g", 1e9},       {"gb", 1e9},
                            {"t", 1e12},      {"tb", 1e12},
                            {"kib", 1 << 10}, {"mib", 1 << 20},
                            {"gib", 1 << 30}, {"tib", 1099511627776.0}};
constexpr double k_bytes_max = 9.2e18;

Error no_size(std::string_view text) {
  return {ErrorCode::invalid, "'" + std::string(text) + "' is no size", "for example 500MB, 1.5GB or 2GiB"};
}

}  // namespace

Result<int64_t> parse_size(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  if (error != std::errc() || !std::isfinite(number) || number < 0) return std::unexpected(no_size(text));
  std::string unit;
  for (const char* at = end; at != text.data() + text.size(); ++at) {
    if (*at != ' ') unit.push_back(static_cast<char>(std::tolower(static_cast<unsigned char>(*at))));
  }
  for (const Unit& known : k_units) {
    if (known.name != unit) continue;
    const double bytes = number * known.bytes;
    if (bytes > k_bytes_max) return std::unexpected(no_size(text));
    return static_cast<int64_t>(bytes);
  }
  return std::unexpected(no_size(text));
}

}  // namespace strobe
