#include "analyze/rules/agent_loop.h"

#include <map>

namespace strobe::analyze {

namespace {

bool is_step(const SpanView& span) { return span.is_llm_call && span.step > 0; }

// Without lanes: the steps below one agent span, by their numbers.
std::vector<AgentLoop> loops_by_agent(const Shape& shape) {
  std::vector<AgentLoop> loops;
  std::map<int32_t, size_t> loop_of;
  for (const Step& step : shape.steps) {
    if (step.call < 0) continue;
    const auto [found, is_new] = loop_of.emplace(step.agent, loops.size());
    if (is_new) loops.push_back({.agent = step.agent});
    loops[found->second].calls.push_back(step.call);
  }
  return loops;
}

}  // namespace

std::vector<AgentLoop> agent_loops(const SessionView& session, const Shape& shape) {
  if (session.lanes.empty()) return loops_by_agent(shape);
  std::vector<AgentLoop> loops;
  for (const Lane& lane : session.lanes) {
    if (lane.is_side) continue;
    AgentLoop loop{.agent = lane.agent, .lane = lane.number};
    for (const LaneCall& call : lane.calls) {
      if (is_step(session.spans[call.span])) loop.calls.push_back(call.span);
    }
    if (!loop.calls.empty()) loops.push_back(std::move(loop));
  }
  return loops;
}

std::vector<int32_t> agents_of(const SessionView& session) {
  std::vector<int32_t> agents;
  for (size_t i = 0; i < session.spans.size(); ++i) {
    if (session.spans[i].span.facts.kind == Kind::agent) agents.push_back(static_cast<int32_t>(i));
  }
  return agents;
}

}  // namespace strobe::analyze
