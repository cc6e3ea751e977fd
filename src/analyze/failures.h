#pragma once

#include <cstdint>
#include <vector>

#include "model/session.h"

namespace strobe::analyze {

// The places where it went wrong, each once, by start: failed spans none of whose children failed, nor what ended last
// below them, for then they only repeat that, also where those in between say nothing of it. Where two spans recorded
// the same failure it is one. The run of a process fails because something in it did: it is one only where nothing else
// failed. Otherwise the same that SessionSummary::errors counts. Linear but for failed recordings of what another span
// tells, which take n log n.
std::vector<int32_t> failures_of(const SessionView& session);

}  // namespace strobe::analyze
