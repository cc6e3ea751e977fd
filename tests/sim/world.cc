#include "sim/world.h"

#include <algorithm>
#include <cstdio>

#include "codec/xxh3.h"

namespace strobe::sim {

namespace {
constexpr size_t k_last_notes = 40;
constexpr int64_t k_wall_begin_ns = 1'800'000'000'000'000'000;
}  // namespace

// Source: SplitMix64, by Sebastiano Vigna, which is in the public domain.
uint64_t Random::next() {
  state_ += 0x9e37'79b9'7f4a'7c15;
  uint64_t mixed = state_;
  mixed = (mixed ^ (mixed >> 30)) * 0xbf58'476d'1ce4'e5b9;
  mixed = (mixed ^ (mixed >> 27)) * 0x94d0'49bb'1331'11eb;
  return mixed ^ (mixed >> 31);
}

Time Random::wait(Time low, Time high) {
  const auto range = static_cast<uint64_t>((high - low).count());
  const uint64_t part = chance(90) ? range / 20 : range;
  return low + Time(static_cast<int64_t>(below(part + 1)));
}

World::World(uint64_t seed, bool print_trace) : print_trace_(print_trace), random_(seed) {}

TimeNs World::now() const { return {k_wall_begin_ns + (elapsed_ + wall_offset_).count()}; }

std::chrono::steady_clock::time_point World::steady_now() const {
  return std::chrono::steady_clock::time_point(
      std::chrono::duration_cast<std::chrono::steady_clock::duration>(elapsed_));
}

void World::after(Time delay, std::function<void()> what) {
  events_.emplace(std::pair(elapsed_ + delay, asked_++), std::move(what));
}

bool World::step() {
  if (events_.empty()) return false;
  auto event = events_.extract(events_.begin());
  elapsed_ = std::max(elapsed_, event.key().first);
  event.mapped()();
  return true;
}

void World::note(const std::string& line) {
  char time[32];
  std::snprintf(time, sizeof time, "%14.6f ms  ", static_cast<double>(elapsed_.count()) / 1e6);
  const std::string whole = time + line;
  story_hash_ = codec::xxh3_128(whole, story_hash_).low;
  last_notes_.push_back(whole);
  if (last_notes_.size() > k_last_notes) last_notes_.pop_front();
  if (print_trace_) std::printf("%s\n", whole.c_str());
}

void World::broken(const std::string& promise) {
  note("BROKEN: " + promise);
  if (!broken_) broken_ = promise;
}

}  // namespace strobe::sim
