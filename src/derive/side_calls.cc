#include <map>

#include "derive/steps.h"

// Which LLM calls are no steps, though calls. None that asked for a tool; of the others those
// - that stand in a guardrail, an evaluation or the upkeep of a memory, with no agent in between;
// - that their sender calls a title, a summary or the like (SpanFacts::is_side_call), beside others that are not;
// - outside every agent, in a session whose agents make calls, where nothing outside of them ever asked for a tool or
// ran
//   one: an agent's loop would have.
// What this cannot know: a title that is asked for within an agent's own span and not called one; and an application
// whose model calls, without tools, stand between its agents, counts as theirs only what is inside of them.

namespace strobe::derive {

namespace {

// What is known of the calls of one session.
struct Lanes {
  bool has_unnamed = false;  // an LLM call that is no side call by name
  bool has_call_in_agent = false;
  bool has_tools_outside = false;  // outside every agent something asked for tools, or ran one
};

bool serves_upkeep(Kind kind) { return kind == Kind::guardrail || kind == Kind::evaluation || kind == Kind::memory; }

}  // namespace

std::vector<bool> find_side_calls(std::span<const SpanFacts> spans, const Tree& tree,
                                  const std::vector<int32_t>& agent_of, std::span<const Place> places) {
  std::vector<bool> in_upkeep(spans.size(), false);
  std::vector<bool> is_torn(spans.size(), false);  // something above it has not arrived: it may stand in an agent
  for (const int32_t i : tree.top_down) {
    const int32_t parent = places[i].parent;
    is_torn[i] = parent >= 0 ? is_torn[parent] : places[i].parent_missing;
    if (parent < 0 || spans[parent].kind == Kind::agent) continue;
    in_upkeep[i] = in_upkeep[parent] || serves_upkeep(spans[parent].kind);
  }
  const auto is_outside = [&](int32_t i) { return agent_of[i] < 0 && !is_torn[i]; };
  std::map<SessionId, Lanes> lanes;
  for (const int32_t i : tree.by_start) {
    if (!places[i].is_llm_call && !places[i].is_tool_call) continue;
    Lanes& of_session = lanes[places[i].session];
    const bool has_tools = places[i].is_tool_call || !spans[i].requested_tool_call_ids.empty();
    of_session.has_tools_outside = of_session.has_tools_outside || (has_tools && is_outside(i));
    if (!places[i].is_llm_call || in_upkeep[i]) continue;
    of_session.has_unnamed = of_session.has_unnamed || !spans[i].is_side_call;
    of_session.has_call_in_agent = of_session.has_call_in_agent || agent_of[i] >= 0;
  }
  std::vector<bool> is_side(spans.size(), false);
  for (const int32_t i : tree.by_start) {
    if (!places[i].is_llm_call || !spans[i].requested_tool_call_ids.empty()) continue;
    const Lanes& of_session = lanes[places[i].session];
    const bool is_beside = is_outside(i) && of_session.has_call_in_agent && !of_session.has_tools_outside;
    is_side[i] = in_upkeep[i] || (spans[i].is_side_call && of_session.has_unnamed) || is_beside;
  }
  return is_side;
}

}  // namespace strobe::derive
