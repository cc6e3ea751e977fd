#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/session.h"

namespace strobe::analyze {

// One tool of a session.
struct ToolMetrics {
  std::string name;
  int64_t calls = 0;
  int64_t errors = 0;
  int64_t not_ended = 0;      // as far as is recorded; their time is not known. A clock that ran backwards has ended
  DurationNs total, longest;  // of those that ended

  // Zero where none has ended.
  DurationNs average() const { return {calls > not_ended ? total.ns / (calls - not_ended) : 0}; }
};

// The numbers that a session is judged and compared by.
struct SessionMetrics {
  int64_t iterations = 0;  // steps of the main agents: see main_steps_of()
  int64_t steps = 0;       // all of them
  int64_t llm_calls = 0, tool_calls = 0;
  int64_t errors = 0;
  Usage usage;
  bool tells_of_cache = false;  // some call that counts does, if only of zero tokens; without the hit is not known
  int64_t cost_pico_usd = 0;
  CostKind cost_kind = CostKind::unpriced;
  DurationNs duration;
  std::vector<ToolMetrics> tools;  // most calls first, then by name

  bool is_cache_hit_known() const { return tells_of_cache && usage.total_input() > 0; }
  // Of the input tokens those that came from a cache, 0 to 100; 0 where it is not known.
  double cache_hit_percent() const;
};

SessionMetrics metrics_of(const SessionView& session);

// Steps that no sub-agent took: an agent inside another one that takes steps itself. One inside an agent without a step
// of its own, as some SDKs wrap it, is no sub-agent. Linear.
int64_t main_steps_of(const SessionView& session);

}  // namespace strobe::analyze
