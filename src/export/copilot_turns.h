#pragma once

#include <cstdint>
#include <vector>

#include "analyze/shape.h"
#include "export/sub_agents.h"
#include "model/session.h"

namespace strobe::exporter {

// One turn of an agent's loop: a call and the tools it asked for.
struct CopilotTurn {
  int32_t number = -1;  // from 0 on, of its agent; -1: the call begins none
  TimeNs end;
  bool is_over = false;  // the agent goes on with another, or has ended
};

// For each span the turn that it begins. Linear.
std::vector<CopilotTurn> copilot_turns(const SessionView& session, const analyze::Shape& shape,
                                       const SubAgents& agents);

}  // namespace strobe::exporter
