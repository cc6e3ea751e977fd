#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "model/session.h"

namespace strobe::analyze {

// A session that stands exactly at one threshold.
struct Edge {
  SessionView session;
  std::vector<SessionSummary> earlier;
};

// How a session that stands exactly at RULE.NAME is made.
struct EdgeOf {
  std::string_view threshold;
  Edge (*make)();
};

// One for each threshold of each rule; edges_*.cc have them.
std::span<const EdgeOf> edges_of_calls();
std::span<const EdgeOf> edges_of_agents();
std::span<const EdgeOf> edges_of_loops();
std::span<const EdgeOf> edges_of_conversations();

}  // namespace strobe::analyze
