#pragma once

#include "derive/recordings.h"

namespace strobe::derive {

// Fills step. A step is an LLM call in an agent's own lane, with its tools; steps are numbered by start within their
// session. A tool span belongs to the call that asked for its call id, else to the call it stands in, else to the
// latest call that ended before it started under the same agent span, else to the latest such call of its session.
// Needs is_llm_call, is_tool_call and session.
void number_steps(std::span<const SpanFacts> spans, const Tree& tree, const Recordings& recordings,
                  std::span<Place> places);

// For each span the nearest agent span at or above its parent; of a call that several recorded, of any of them. -1:
// none.
std::vector<int32_t> nearest_agents(std::span<const SpanFacts> spans, const Tree& tree, const Recordings& recordings);

// Calls that serve the agent's house-keeping and are no steps: side_calls.cc says which.
std::vector<bool> find_side_calls(std::span<const SpanFacts> spans, const Tree& tree,
                                  const std::vector<int32_t>& agent_of, std::span<const Place> places);

}  // namespace strobe::derive
