#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "sim/counts.h"
#include "sim/server.h"

namespace strobe::sim {

struct Run {
  uint64_t seed = 0;
  Plant plant = Plant::none;
  bool print_trace = false;
  std::string folder;  // for the store's file, which goes with the run
};

struct Outcome {
  std::optional<std::string> broken;  // the promise that was not kept
  uint64_t story_hash = 0;            // of everything that happened
  std::deque<std::string> last_notes;
  Counts counts;
};

// One run, from an empty disk until everything is told and checked. The same seed gives the same run. One at a time in
// a process: it takes SQLite's disk, time and chance.
Outcome simulate(const Run& run);

}  // namespace strobe::sim
