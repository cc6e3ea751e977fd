#include <cstdio>
#include <random>

#include "analyze/test_nonsense.h"
#include "analyze/test_questions.h"
#include "base/assert.h"

// Sessions made of any bytes, through every analysis: each byte decides something about them; where the bytes end,
// chance does, always the same.

namespace strobe::analyze {
namespace {

void check(const uint8_t* data, size_t size) {
  std::mt19937 random(static_cast<uint32_t>(size));
  size_t at = 0;
  Nonsense nonsense([&]() -> uint32_t { return at < size ? data[at++] : static_cast<uint32_t>(random()); });
  const SessionView session = nonsense.session();
  const SessionView other = nonsense.session();
  const std::string wrong = ask_everything(session, other, nonsense);
  if (!wrong.empty()) std::fputs(wrong.c_str(), stderr);
  STROBE_ASSERT(wrong.empty());
}

}  // namespace
}  // namespace strobe::analyze

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  strobe::analyze::check(data, size);
  return 0;
}
