#pragma once

#include <vector>

#include "base/result.h"
#include "model/session.h"
#include "store/store.h"

namespace strobe::query {

inline constexpr size_t k_earlier_max = 20;

// What there is to compare a session with: ended sessions of the same agent that began before it, newest first, at most
// k_earlier_max. None for a session whose agent has no name.
Result<std::vector<SessionSummary>> earlier_of(store::Store& store, const SessionSummary& session, TimeNs now);

}  // namespace strobe::query
