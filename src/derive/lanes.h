#pragma once

#include "model/session.h"

namespace strobe::derive {

// Fills lanes and each span's lane, from spans (with parents and steps) and contexts. A pure function of them:
// context.md section 6, docs/reference/lanes.md. O(n log n) in spans and nodes.
void assign_lanes(SessionView& view);

}  // namespace strobe::derive
