#include "sim/weather.h"

namespace strobe::sim {

using faults::Call;
using faults::Damage;
using faults::Fate;
using faults::Operation;

Weather::Weather(World& world, Counts& counts, faults::FaultyDisk& disk, Time storm)
    : world_(world), counts_(counts), disk_(disk), random_(world.random().fork()) {
  const auto some_time = [&] {
    return Time(static_cast<int64_t>(random_.below(static_cast<uint64_t>(storm.count()))));
  };
  for (uint64_t i = random_.below(7); i > 0; --i) {
    constexpr Damage k_kinds[] = {Damage::io_error, Damage::disk_full, Damage::short_write};
    const Time begin = some_time();
    bursts_.push_back({.begin = begin,
                       .end = begin + Time(static_cast<int64_t>(random_.between(20, 1500)) * 1'000'000),
                       .damage = k_kinds[random_.below(3)],
                       .percent = random_.chance(40) ? 100 : random_.between(1, 60)});
  }
  // A disk that is a little broken all the time: what comes after a commit fails, too.
  if (random_.chance(30)) {
    bursts_.push_back({.begin = 0ms, .end = storm, .damage = Damage::io_error, .percent = random_.between(1, 25)});
  }
  for (uint64_t i = random_.below(4); i > 0; --i) {
    const Time begin = some_time();
    slow_times_.emplace_back(begin, begin + random_.wait(100ms, 5s));
  }
  sync_time_ = random_.wait(100us, 8ms);
  deaths_left_ = random_.below(5);
  choose_death();
  const uint64_t sqlite_seed = random_.next() | 1;
  disk_.set_world({.unix_ms = [this] { return world_.now().ns / 1'000'000; },
                   .sleep = [this](std::chrono::nanoseconds time) { world_.pass(time); },
                   .random_seed = sqlite_seed});
  disk_.set_plan([this](const Call& call) { return fate(call); });
}

Weather::~Weather() {
  disk_.set_plan({});
  disk_.set_world({});
}

void Weather::choose_death() {
  calls_ = 0;
  death_at_call_ = 0;
  if (deaths_left_ == 0) return;
  --deaths_left_;
  death_ = random_.chance(50) ? Damage::kill : Damage::power_cut;
  // Soon after the beginning as often as anywhere later.
  death_at_call_ = 1 + (random_.chance(50) ? random_.below(600) : random_.below(4000));
}

void Weather::restart() {
  const size_t lost = disk_.restart(random_.next());
  counts_.lost_sectors += lost;
  world_.note("restart: " + std::to_string(lost) + " sectors lost");
  choose_death();
}

Fate Weather::fate(const Call& call) {
  if (truces_ > 0) return {};
  ++counts_.disk_calls;
  ++calls_;
  if (!is_calm_ && calls_ == death_at_call_) {
    ++damages_;
    ++(death_ == Damage::kill ? counts_.kills : counts_.power_cuts);
    world_.note((death_ == Damage::kill ? "killed at disk call " : "power cut at disk call ") + std::to_string(calls_));
    return {.damage = death_};
  }
  const Fate fate{.damage = is_calm_ ? Damage::none : damage_of(call), .delay = delay_of(call)};
  if (fate.damage != Damage::none) {
    ++damages_;
    ++counts_.faults;
    world_.note("disk fault " + std::to_string(static_cast<int>(fate.damage)) + " at operation " +
                std::to_string(static_cast<int>(call.operation)) + " of file " +
                std::to_string(static_cast<int>(call.file)));
  }
  return fate;
}

Damage Weather::damage_of(const Call& call) {
  const bool writes = call.operation == Operation::write || call.operation == Operation::truncate;
  const bool moves = writes || call.operation == Operation::read || call.operation == Operation::sync;
  for (const Burst& burst : bursts_) {
    if (world_.elapsed() < burst.begin || world_.elapsed() >= burst.end) continue;
    if (!(burst.damage == Damage::io_error ? moves : writes)) continue;
    if (random_.chance(burst.percent)) return burst.damage;
  }
  return Damage::none;
}

Time Weather::delay_of(const Call& call) {
  Time delay = 0us;
  if (call.operation == Operation::sync) delay = sync_time_;
  if (call.operation == Operation::read || call.operation == Operation::write) delay = 5us;
  for (const auto& [begin, end] : slow_times_) {
    if (!is_calm_ && world_.elapsed() >= begin && world_.elapsed() < end) return delay * random_.between(1, 100);
  }
  return delay;
}

}  // namespace strobe::sim
