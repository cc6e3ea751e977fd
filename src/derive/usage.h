#pragma once

#include "derive/tree.h"

namespace strobe::derive {

// Fills is_llm_call, counted and the reported cost. Tokens are counted on leaf LLM and embedding calls only; a roll-up
// counts when nothing below it does (dialects.md 0.6). A leaf without a reported cost has that of the recording around
// it, if that one wraps no other call.
void count_leaves(std::span<const SpanFacts> spans, const Tree& tree, std::span<Place> places);

}  // namespace strobe::derive
