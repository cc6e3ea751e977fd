#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "analyze/shape.h"
#include "model/session.h"

namespace strobe::analyze {

// How we know which span brought a message: docs/reference/origin.md.
enum class OriginHow : uint8_t {
  none,          // no call saw it and none answered it: it is part of nothing that is loaded
  exact,         // the call answered the very message
  tool_call_id,  // it holds the result of a tool's call, by the id of the call; of several the longest
  echo,          // the call answered it, in other words: without its reasoning, trimmed, or without ids
  first_seen,    // nothing of the above: the first call that carried it
};
// "exact", ...; "none".
std::string_view name_of(OriginHow how);

struct Origin {
  int32_t span = -1;  // index into SessionView::spans: a call to a model or of a tool; -1: none
  OriginHow how = OriginHow::none;
};

// For each of contexts.messages. Needs contexts; without lanes there are no echoes. O(n log n).
std::vector<Origin> origins_of(const SessionView& session, const Shape& shape);

}  // namespace strobe::analyze
