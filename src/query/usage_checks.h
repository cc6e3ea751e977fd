#pragma once

#include <vector>

#include "model/session.h"

namespace strobe::query {

// What the numbers of a session cannot all be, in the order of its spans. Needs the spans' reported numbers, places and
// children; linear in the spans. A price that differs from the list is none: discounts and gateways have their own.
std::vector<Contradiction> contradictions_of(const SessionView& view);

}  // namespace strobe::query
