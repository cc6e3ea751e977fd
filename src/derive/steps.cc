#include "derive/steps.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <unordered_map>

namespace strobe::derive {

namespace {

// LLM calls by the time they ended; for a tool, the last one that ended at or before its start.
class CallsByEnd {
 public:
  explicit CallsByEnd(std::span<const SpanFacts> spans) : spans_(spans) {}
  void add(int32_t call) { calls_.push_back(call); }
  void sort() {
    std::sort(calls_.begin(), calls_.end(), [&](int32_t a, int32_t b) {
      return std::tuple(spans_[a].end, spans_[a].start, spans_[a].span_id) <
             std::tuple(spans_[b].end, spans_[b].start, spans_[b].span_id);
    });
  }
  int32_t last_before(TimeNs time) const {
    const auto after = std::upper_bound(calls_.begin(), calls_.end(), time,
                                        [&](TimeNs t, int32_t call) { return t < spans_[call].end; });
    return after == calls_.begin() ? -1 : *(after - 1);
  }

 private:
  std::span<const SpanFacts> spans_;
  std::vector<int32_t> calls_;
};

struct CallKey {
  SessionId session;
  std::string_view call_id;
  auto operator<=>(const CallKey&) const = default;
};

// For each span the nearest agent span at or above its parent, -1: none.
std::vector<int32_t> nearest_agents(std::span<const SpanFacts> spans, const Tree& tree, std::span<const Place> places) {
  std::vector<int32_t> nearest(spans.size(), -1);
  for (const int32_t i : tree.top_down) {
    const int32_t parent = places[i].parent;
    if (parent < 0) continue;
    nearest[i] = spans[parent].kind == Kind::agent ? parent : nearest[parent];
  }
  return nearest;
}

}  // namespace

void number_steps(std::span<const SpanFacts> spans, const Tree& tree, std::span<Place> places) {
  const std::vector<int32_t> agent_of = nearest_agents(spans, tree, places);
  std::map<SessionId, int32_t> last_step;
  std::map<CallKey, int32_t> asked_by;  // the earliest call wins: later ones only repeat the history
  std::map<std::pair<SessionId, int32_t>, CallsByEnd> under_agent;
  std::map<SessionId, CallsByEnd> in_session;
  for (const int32_t i : tree.by_start) {
    if (!places[i].is_llm_call) continue;
    const SessionId session = places[i].session;
    places[i].step = ++last_step[session];
    for (const std::string& id : spans[i].requested_tool_call_ids) asked_by.try_emplace({session, id}, i);
    under_agent.try_emplace({session, agent_of[i]}, spans).first->second.add(i);
    in_session.try_emplace(session, spans).first->second.add(i);
  }
  for (auto& [key, calls] : under_agent) calls.sort();
  for (auto& [key, calls] : in_session) calls.sort();

  for (const int32_t i : tree.by_start) {
    if (spans[i].kind != Kind::tool) continue;
    const SessionId session = places[i].session;
    int32_t call = -1;
    if (!spans[i].tool_call_id.empty()) {
      const auto asked = asked_by.find({session, spans[i].tool_call_id});
      if (asked != asked_by.end()) call = asked->second;
    }
    if (call < 0) {
      const auto siblings = under_agent.find({session, agent_of[i]});
      if (siblings != under_agent.end()) call = siblings->second.last_before(spans[i].start);
    }
    if (call < 0) {
      const auto all = in_session.find(session);
      if (all != in_session.end()) call = all->second.last_before(spans[i].start);
    }
    if (call >= 0) places[i].step = places[call].step;
  }
}

}  // namespace strobe::derive
