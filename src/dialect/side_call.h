#pragma once

#include "dialect/fields.h"
#include "model/span.h"

namespace strobe::dialect {

// Whether an LLM call's sender calls it a title, a summary or a compaction: by the function's, the query's or the debug
// name it gives the call, or because the agent it belongs to is called exactly so. Nothing is guessed from content.
bool is_named_side_call(const Fields& fields, const SpanFacts& facts);

}  // namespace strobe::dialect
