#pragma once

#include <cstdint>
#include <vector>

#include "analyze/shape.h"
#include "model/session.h"

namespace strobe::analyze {

// What a tool was asked and what it answered, as numbers: equal numbers, equal content.
struct ToolDeed {
  int32_t span = 0;
  int32_t tool = 0;
  int32_t asked = -1;          // the tool and its arguments, as canonical JSON; -1: not recorded
  int32_t answered = -1;       // the same with its result, or how it failed; -1: not recorded
  bool is_presumed = false;    // no result of the tool was recorded in the whole session: equal to what was asked
  int32_t times_answered = 1;  // so, in the whole session
  bool has_failed = false;
  bool is_wait = false;  // lets time pass: a sleep
  DurationNs idle;       // since the tool of the lane before it ended, without what the model took: see k_turn_ns_max
};

// The arguments of each of shape.tools, as argument_numbers() has them; -1: not recorded. n log n.
std::vector<int32_t> arguments_of_tools(const SessionView& session, const Shape& shape);

// The calls of tools of each lane, by start; lane N is by_lane[N - 1]. Tools of no lane are not in it. `arguments` is
// what arguments_of_tools() says. n log n.
std::vector<std::vector<ToolDeed>> deeds_of(const SessionView& session, const Shape& shape,
                                            const std::vector<int32_t>& arguments);

}  // namespace strobe::analyze
