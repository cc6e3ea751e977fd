#pragma once

#include <vector>

#include "faults/faulty_disk.h"
#include "sim/counts.h"
#include "sim/world.h"

namespace strobe::sim {

// What the disk does: how long each call takes, bursts of errors, days on which it is full, and the call at which the
// process is killed or the power fails. Until calm() is called.
class Weather {
 public:
  // Takes over the disk and gives SQLite the world's time and chance, until it dies.
  Weather(World& world, Counts& counts, faults::FaultyDisk& disk, Time storm);
  ~Weather();
  Weather(const Weather&) = delete;
  Weather& operator=(const Weather&) = delete;

  // The last fault has happened. Calls still take their time.
  void calm() { is_calm_ = true; }
  // Nothing goes well for a moment.
  void fail_for(Time time) {
    bursts_.push_back({world_.elapsed(), world_.elapsed() + time, faults::Damage::io_error, 100});
  }
  // How many calls went wrong so far. What fails without one going wrong has no excuse.
  uint64_t damages() const { return damages_; }
  bool is_dead() const { return disk_.is_dead(); }
  // After every file was closed.
  void restart();

  // While one lives, nothing goes wrong and nothing takes time: for the test's own questions.
  class Truce {
   public:
    explicit Truce(Weather& weather) : weather_(weather) { ++weather_.truces_; }
    ~Truce() { --weather_.truces_; }
    Truce(const Truce&) = delete;
    Truce& operator=(const Truce&) = delete;

   private:
    Weather& weather_;
  };

 private:
  struct Burst {
    Time begin, end;
    faults::Damage damage;
    uint64_t percent;
  };
  faults::Fate fate(const faults::Call& call);
  faults::Damage damage_of(const faults::Call& call);
  Time delay_of(const faults::Call& call);
  void choose_death();

  World& world_;
  Counts& counts_;
  faults::FaultyDisk& disk_;
  Random random_;
  std::vector<Burst> bursts_;
  std::vector<std::pair<Time, Time>> slow_times_;
  Time sync_time_{0};
  uint64_t deaths_left_ = 0;
  uint64_t calls_ = 0;          // since the last restart
  uint64_t death_at_call_ = 0;  // 0: not this time
  faults::Damage death_ = faults::Damage::kill;
  uint64_t damages_ = 0;
  int truces_ = 0;
  bool is_calm_ = false;
};

}  // namespace strobe::sim
