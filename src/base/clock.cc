#include "base/clock.h"

#include <ctime>

namespace strobe {

namespace {
class SystemClock : public Clock {
 public:
  TimeNs now() const override {
    timespec ts{};
    clock_gettime(CLOCK_REALTIME, &ts);
    return {static_cast<int64_t>(ts.tv_sec) * 1'000'000'000 + ts.tv_nsec};
  }
};
}  // namespace

const Clock& system_clock() {
  static const SystemClock clock;
  return clock;
}

}  // namespace strobe
