#pragma once

#include <cstdint>
#include <vector>

#include "analyze/shape.h"
#include "model/session.h"

namespace strobe::analyze {

// The steps that one agent took one after another: a lane's, or while there are no lanes those below one agent.
struct AgentLoop {
  std::vector<int32_t> calls;  // to a model, in order; at least one; each is a step
  int32_t agent = -1;          // the nearest agent span above the first call, -1: none
  int32_t lane = 0;            // 0: lanes are not known
};

// Side conversations (titles, summaries) are none of them. Linear.
std::vector<AgentLoop> agent_loops(const SessionView& session, const Shape& shape);

// Spans that are agents, in order.
std::vector<int32_t> agents_of(const SessionView& session);

}  // namespace strobe::analyze
