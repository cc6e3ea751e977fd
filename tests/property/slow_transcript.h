#pragma once

#include "query/query.h"

namespace strobe::property {

// What query::read_transcript() promises, worked out plainly: each call looks at all it saw, in time with the square of
// the calls. What must come out, entry by entry.
Result<Transcript> slow_transcript(store::Store& store, const SessionView& view);

}  // namespace strobe::property
