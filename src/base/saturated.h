#pragma once

#include <cstdint>
#include <limits>

namespace strobe {

// a + b, held at the ends of the range: whoever traces may send numbers whose sum does not fit.
constexpr int64_t add_saturated(int64_t a, int64_t b) {
  int64_t sum = 0;
  if (!__builtin_add_overflow(a, b, &sum)) return sum;
  return a > 0 ? std::numeric_limits<int64_t>::max() : std::numeric_limits<int64_t>::min();
}
constexpr void add_to(int64_t& sum, int64_t by) { sum = add_saturated(sum, by); }

}  // namespace strobe
