#pragma once

#include <cstdint>
#include <vector>

#include "analyze/shape.h"
#include "model/session.h"

namespace strobe::analyze {

// Calls of tools, in the order of shape.tools, as numbers: equal numbers, equal content; -1: not recorded.
struct ToolColumns {
  std::vector<int32_t> tool;
  std::vector<int32_t> arguments;  // as canonical JSON
  std::vector<int32_t> asked;      // the tool and its arguments
  std::vector<int32_t> answered;   // the same with its result, or how it failed
  std::vector<bool> is_presumed;   // no result of the tool was recorded in the whole session: equal to what was asked
  std::vector<int32_t> times_answered;  // how often what this one answered was, in the whole session
  std::vector<bool> is_wait;            // lets time pass: a sleep
  // Looks at the state of something that goes on by itself, and has seen it: the tool's name says so, or an answer that
  // came more than once.
  std::vector<bool> watches;
  std::vector<bool> looks;  // by the number of the tool: its name says that it looks at such a state
};

// n log n.
ToolColumns columns_of(const SessionView& session, const Shape& shape);

// What a tool was asked and what it answered, as in ToolColumns.
struct ToolDeed {
  int32_t span = 0;
  int32_t tool = 0;
  int32_t asked = -1;
  int32_t answered = -1;
  bool is_presumed = false;
  int32_t times_answered = 1;
  bool has_failed = false;
  bool is_wait = false;  // lets time pass: a sleep
  // Since all tools of the lane that began before it had ended, but for those it runs inside of; without what the model
  // took: see k_turn_ns_max.
  DurationNs idle;
  DurationNs watched;  // how long it took, where it watched a state

  // The agent waited so long before it or in it, for something that goes on outside.
  bool waited(DurationNs wait) const { return is_wait || idle >= wait || watched >= wait; }
};

// The calls of tools of each lane, by start; lane N is by_lane[N - 1]. Tools of no lane are not in it. n log n.
std::vector<std::vector<ToolDeed>> deeds_of(const SessionView& session, const Shape& shape, const ToolColumns& columns);

}  // namespace strobe::analyze
