#pragma once

#include "analyze/critical_path.h"

// Inside only: whose the time is in which the walk stood in a span that did not run.

namespace strobe::analyze {

// Gives the pieces of type outside, whose `waiter` is the node the walk stood in, to the nearest span above that node
// that was running, as its self time; where none was, to whatever span ran, of several the one that began last. What
// stays outside is time in which no span ran; its `waiter` is -1. O(n log n), and nothing where there is no such piece.
void give_gaps_to_what_ran(const TimeTree& tree, CriticalPath& path);

}  // namespace strobe::analyze
