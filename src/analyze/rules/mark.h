#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "model/session.h"

namespace strobe::analyze {

// What agents say of themselves in spans and events that are no calls.
enum class MarkKind : uint8_t {
  compacted,
  context_overflow,
  budget_warning,
  mode_change,
  subagent_timeout,
  swarm_conflict,
};
inline constexpr size_t k_mark_kinds = 6;

struct Mark {
  TimeNs time;
  int32_t span = 0;                      // that it is, or that has the event
  std::span<const KeyValue> attributes;  // of the event or the span
};

// Those of each kind, by time.
using Marks = std::array<std::vector<Mark>, k_mark_kinds>;
// Their names are those of attocode's traces ("context.compacted", "budget_warning"), whose '.' and '_' are the same
// here. Linear in the session's spans and events.
Marks marks_of(const SessionView& session);

}  // namespace strobe::analyze
