#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "analyze/rules/rule.h"
#include "analyze/rules/spent.h"

// What the rules that look for repetition have in common. Deeds are those of one lane.

namespace strobe::analyze {

// How often, up to each deed, the agent waited: two deeds with equal numbers have no wait between them.
std::vector<int32_t> waits_before(const std::vector<ToolDeed>& deeds, DurationNs wait);

// A stretch of a lane's deeds in which two calls take turns, each with one and the same result.
struct PingPong {
  size_t first = 0, count = 0;
};
// Those of at least `turns_min` turns of both. A stretch after which one of the two is asked again and answers
// something else is none: that was polling. Linear.
std::vector<PingPong> ping_pongs_of(const std::vector<ToolDeed>& deeds, const std::vector<int32_t>& waits,
                                    size_t turns_min);
// For each deed whether it is in one.
std::vector<bool> in_ping_pong(const std::vector<ToolDeed>& deeds, const std::vector<int32_t>& waits, size_t turns_min);

// Deeds that repeat each other.
struct Repetition {
  int64_t times = 0;  // of the one that came most often
  int64_t kinds = 0;  // different ones
  std::vector<int32_t> spans;
  Spent spent;  // on all but the first of each kind; steps that did something else as well are not in it

  // Evidence and what it cost.
  void tell(Finding& finding, const SessionView& session) const;
};
Repetition repetition_of(const RuleInput& input, const std::vector<ToolDeed>& deeds, std::span<const size_t> repeated);

}  // namespace strobe::analyze
