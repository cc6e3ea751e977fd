#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "base/clock.h"

namespace strobe::sim {

// Virtual time since the run began.
using Time = std::chrono::nanoseconds;
using namespace std::chrono_literals;

// The same numbers for the same seed, on every machine.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}
  uint64_t next();
  // Below `limit`, which is not zero.
  uint64_t below(uint64_t limit) { return next() % limit; }
  uint64_t between(uint64_t low, uint64_t high) { return low + below(high - low + 1); }
  bool chance(uint64_t percent) { return below(100) < percent; }
  // Mostly near `low`, now and then near `high`: as waits are.
  Time wait(Time low, Time high);
  // A source of its own, so that one part's questions do not move another part's answers.
  Random fork() { return Random(next()); }

 private:
  uint64_t state_;
};

// Time, chance and the list of what happens next: everything by which one run differs from another. One thread. Events
// of the same time come in the order in which they were asked for.
class World : public Clock {
 public:
  World(uint64_t seed, bool print_trace);

  Time elapsed() const { return elapsed_; }
  // Whoever works now takes this long; what was due meanwhile comes late.
  void pass(Time time) { elapsed_ += time; }
  // The wall clock, which jumps.
  TimeNs now() const override;
  void jump(Time by) { wall_offset_ += by; }
  std::chrono::steady_clock::time_point steady_now() const;

  Random& random() { return random_; }
  void after(Time delay, std::function<void()> what);
  // Lets the next event happen. False: there is none.
  bool step();

  // A line of the run's story. All lines together make its hash.
  void note(const std::string& line);
  uint64_t story_hash() const { return story_hash_; }
  const std::deque<std::string>& last_notes() const { return last_notes_; }

  // A promise was broken; the first one counts.
  void broken(const std::string& promise);
  const std::optional<std::string>& broken() const { return broken_; }

 private:
  const bool print_trace_;
  Random random_;
  Time elapsed_{0};
  Time wall_offset_{0};
  uint64_t asked_ = 0;
  std::map<std::pair<Time, uint64_t>, std::function<void()>> events_;
  uint64_t story_hash_ = 0;
  std::deque<std::string> last_notes_;
  std::optional<std::string> broken_;
};

}  // namespace strobe::sim
