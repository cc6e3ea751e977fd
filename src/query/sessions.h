#pragma once

#include "query/query.h"

namespace strobe::query {

// The totals of one session, status as of `now`. Errors: not_found.
Result<SessionSummary> session_summary(store::Store& store, const SessionId& id, TimeNs now);

}  // namespace strobe::query
