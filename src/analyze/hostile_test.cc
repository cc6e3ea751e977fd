#include <gtest/gtest.h>

#include <random>

#include "analyze/test_nonsense.h"
#include "analyze/test_questions.h"

// Every question to sessions that make no sense. Nothing may crash, and under the sanitizers nothing may overflow.
// analyses_fuzz.cc asks the same of sessions that a fuzzer makes.

namespace strobe::analyze {

TEST(Hostile, EveryQuestionToSessionsThatMakeNoSense) {
  for (uint32_t seed = 0; seed < 1'500 && !HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    Nonsense nonsense([random = std::mt19937(seed)]() mutable { return static_cast<uint32_t>(random()); });
    const SessionView session = nonsense.session();
    const SessionView other = nonsense.session();
    EXPECT_EQ(ask_everything(session, other, nonsense), "");
  }
}

}  // namespace strobe::analyze
