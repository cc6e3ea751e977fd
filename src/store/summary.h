#pragma once

#include <vector>

#include "base/time.h"
#include "model/session.h"
#include "store/store.h"

namespace strobe::store {

// An open session that was heard of within this time is running; after it, unknown.
inline constexpr DurationNs k_silence_max{int64_t{300} * 1'000'000'000};

// Adds the parts of one session up; `parts` is not empty and all name the same session. Agent, service and task come
// from the earliest part that has one. A function of the set: the order of the parts does not matter. Status and
// heard_of are left to the caller.
Store::SessionRow summarise(const std::vector<SessionPart>& parts);

// cancelled: stopped by the user. error, ok: every root has ended, and how the last one did. running: open and heard of
// within k_silence_max of `now`. Else unknown.
SessionStatus status_of(const Store::SessionRow& row, TimeNs now);

}  // namespace strobe::store
