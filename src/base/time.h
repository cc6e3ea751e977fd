#pragma once

#include <compare>
#include <cstdint>
#include <limits>

namespace strobe {

// A span of time in nanoseconds; may be negative when clocks jump.
struct DurationNs {
  int64_t ns = 0;
  auto operator<=>(const DurationNs&) const = default;
};

// A point in time in nanoseconds since the Unix epoch.
struct TimeNs {
  int64_t ns = 0;
  auto operator<=>(const TimeNs&) const = default;

  // OTLP times are unsigned 64 bit: what does not fit is clamped (the raw value is kept with the raw span).
  static TimeNs from_unsigned(uint64_t value) {
    constexpr auto k_max = static_cast<uint64_t>(std::numeric_limits<int64_t>::max());
    return {static_cast<int64_t>(value > k_max ? k_max : value)};
  }
};

inline DurationNs operator-(TimeNs later, TimeNs earlier) {
  int64_t difference = 0;
  if (__builtin_sub_overflow(later.ns, earlier.ns, &difference)) {
    difference = later.ns > earlier.ns ? std::numeric_limits<int64_t>::max() : std::numeric_limits<int64_t>::min();
  }
  return {difference};
}

}  // namespace strobe
