#pragma once

#include <cstddef>

namespace strobe::otlp {

// Counts down the memory one request may take when decoded. One decoder owns it.
class Budget {
 public:
  explicit Budget(size_t bytes) : left_(bytes) {}
  // False, and takes nothing, when so much is not left.
  bool take(size_t count, size_t bytes_each) {
    size_t bytes = 0;
    if (__builtin_mul_overflow(count, bytes_each, &bytes) || bytes > left_) return false;
    left_ -= bytes;
    return true;
  }

 private:
  size_t left_;
};

}  // namespace strobe::otlp
