#include "base/assert.h"

#include <cstdio>
#include <cstdlib>

namespace strobe {

void assertion_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "strobe: internal error: %s:%d: %s\n", file, line, condition);
  std::abort();
}

}  // namespace strobe
