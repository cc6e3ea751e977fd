#pragma once

#include "derive/recordings.h"

namespace strobe::derive {

// Fills duplicate_of, is_llm_call, is_call, is_tool_call, counted and the reported cost. Tokens are counted on leaf LLM
// and embedding calls only, each call once however many recorded it; a roll-up counts when no call below it tells its
// tokens, of roll-ups inside each other the outer one unless the inner ones know of more (dialects.md 0.6). A call
// whose recording tells no cost has that of another recording, if that one stands for no other call.
void count_leaves(std::span<const SpanFacts> spans, const Tree& tree, Recordings& recordings, std::span<Place> places);

}  // namespace strobe::derive
