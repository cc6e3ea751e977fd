#pragma once

#include <vector>

#include "query/frame.h"

// Inside only: what a tool call takes over from other recordings of the same call. The agent's own span often tells
// neither result nor failure, while the Model Context Protocol's span inside it does.

namespace strobe::query {

// For each span of the frame the recordings of the same tool call that it speaks for, by start, at most a few.
std::vector<std::vector<int32_t>> recordings_of_tools(const SessionFrame& frame);

// A tool call that says nothing of its outcome failed when the protocol's call within it ended in `tool_error`: marked
// in `has_lent_failure` and in its facts.
void lend_failures(const std::vector<std::vector<int32_t>>& recordings, SessionFrame& frame);

void lend_failure(SpanFacts& facts);

// Whether arguments or result are missing.
bool lacks_content(const SpanView& tool);
// Arguments and result, where `speaker` has none of its own. Views stay those of `recording`.
void lend_content(const SpanView& recording, SpanView& speaker);

}  // namespace strobe::query
