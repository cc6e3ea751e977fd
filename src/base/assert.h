#pragma once

namespace strobe {

// Prints the failed condition with its place to standard error and aborts. Never returns.
[[noreturn]] void assertion_failed(const char* condition, const char* file, int line);

}  // namespace strobe

// Our own bugs. On in release builds too: a wrong answer is worse than no answer.
#define STROBE_ASSERT(condition)                               \
  (__builtin_expect(static_cast<bool>(condition), 1) ? void(0) \
                                                     : ::strobe::assertion_failed(#condition, __FILE__, __LINE__))
