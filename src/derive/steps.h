#pragma once

#include "derive/tree.h"

namespace strobe::derive {

// Fills step: LLM calls are numbered by start within their session; a tool span belongs to the call that asked for its
// call id, else to the latest call that ended before it started under the same agent span, else to the latest such call
// of its session. Needs is_llm_call and session.
void number_steps(std::span<const SpanFacts> spans, const Tree& tree, std::span<Place> places);

}  // namespace strobe::derive
