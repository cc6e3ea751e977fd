#pragma once

#include "base/time.h"

namespace strobe {

// Where the time comes from; passed in so that a test can hold it still or make it jump. Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  // Wall clock, Unix epoch. May jump both ways.
  virtual TimeNs now() const = 0;
};

// The operating system's CLOCK_REALTIME. Lives for ever.
const Clock& system_clock();

// For tests.
class FixedClock : public Clock {
 public:
  explicit FixedClock(TimeNs at) : at_(at) {}
  TimeNs now() const override { return at_; }
  void set(TimeNs at) { at_ = at; }

 private:
  TimeNs at_;
};

}  // namespace strobe
