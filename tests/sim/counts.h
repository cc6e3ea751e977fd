#pragma once

#include <cstdint>

namespace strobe::sim {

// What happened in one run, or in many.
struct Counts {
  uint64_t requests = 0, sends = 0, records = 0, lost_requests = 0, lost_answers = 0, retries = 0, refused_full = 0,
           refused_fault = 0, unreadable = 0, faults = 0, kills = 0, power_cuts = 0, lost_sectors = 0, stops = 0,
           failed_starts = 0, clock_jumps = 0, prunes = 0, imports = 0, questions = 0, disk_calls = 0, turns = 0,
           checked_records = 0, checked_sessions = 0, virtual_seconds = 0;

  void add(const Counts& other);
  // One line each, for people.
  void print() const;
};

}  // namespace strobe::sim
