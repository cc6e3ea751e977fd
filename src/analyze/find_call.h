#pragma once

#include <string_view>

#include "base/result.h"
#include "model/session.h"

namespace strobe::analyze {

// The call to a model that a user means, as an index into SessionView::spans: "3" is the call of step 3, "span:ID" that
// of the span whose id begins so, "#3" the third call of the session by start, or the nearest one before it whose
// context is known (further on the last one). Errors: invalid, not_found.
Result<int32_t> find_call(const SessionView& session, std::string_view where);

// The last call of the lane with most steps that is no side lane (the main lane), whose context is known if any is;
// without lanes the last call of the session. -1: there is none.
int32_t last_main_call(const SessionView& session);

// The lane with most calls that is no side lane, the first of equals; null: there is none.
const Lane* main_lane(const SessionView& session);

// Why nothing can be said of the context of this call; empty where it is wholly known (complete or inferred).
std::string_view why_unknown(const SessionView& session, int32_t span);
// Whether there is something to look at, whole or not.
bool has_context(const SessionView& session, int32_t span);
// Whether that is the whole: nothing is unknown.
bool has_whole_context(const SessionView& session, int32_t span);

}  // namespace strobe::analyze
