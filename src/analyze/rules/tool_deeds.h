#pragma once

#include <cstdint>
#include <span>
#include <string_view>
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
  int32_t times_answered = 1;  // so, in the whole session
  bool has_failed = false;
  bool is_wait = false;  // lets time pass: a sleep
  DurationNs idle;       // since the tool of the lane before it ended, without the lane's calls to models
};

// The calls of tools of each lane, by start; lane N is by_lane[N - 1]. Tools of no lane are not in it. n log n.
std::vector<std::vector<ToolDeed>> deeds_of(const SessionView& session, const Shape& shape);

// For each text a number from 0 on, equal for equal texts; -1 for those without data. n log n, whatever the texts are.
std::vector<int32_t> numbers_of(std::span<const std::string_view> texts);

}  // namespace strobe::analyze
