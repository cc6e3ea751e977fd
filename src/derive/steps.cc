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

// Which call asked for a tool, where that is told by id. Some agents count their ids anew in every turn, so of several
// calls that asked for an id it is the last one that began before the tool did; one of the tool's own agent first.
class Askers {
 public:
  Askers(std::span<const SpanFacts> spans, const Tree& tree, const Recordings& recordings,
         const std::vector<int32_t>& agent_of, std::span<const Place> places)
      : spans_(spans) {
    for (const int32_t i : tree.by_start) {
      const int32_t call = recordings.speaker[i];
      if (!is_call(spans[i]) || places[call].step == 0) continue;
      for (const std::string& id : spans[i].requested_tool_call_ids) {
        calls_[{places[call].session, agent_of[call], id}].push_back(call);
        calls_[{places[call].session, k_any_agent, id}].push_back(call);
      }
    }
    for (auto& [key, calls] : calls_)
      std::ranges::stable_sort(calls, {}, [&](int32_t call) { return spans_[call].start; });
  }
  // -1: nobody.
  int32_t asker_of(const SessionId& session, int32_t agent, int32_t tool) const {
    if (spans_[tool].tool_call_id.empty()) return -1;
    for (const int32_t of : {agent, k_any_agent}) {
      const auto found = calls_.find({session, of, spans_[tool].tool_call_id});
      if (found != calls_.end()) return last_before(found->second, spans_[tool].start);
    }
    return -1;
  }

 private:
  static constexpr int32_t k_any_agent = -2;
  struct Key {
    SessionId session;
    int32_t agent = 0;
    std::string_view call_id;
    auto operator<=>(const Key&) const = default;
  };
  // The earliest where none began before.
  int32_t last_before(const std::vector<int32_t>& calls, TimeNs time) const {
    const auto after = std::ranges::upper_bound(calls, time, {}, [&](int32_t call) { return spans_[call].start; });
    return after == calls.begin() ? calls.front() : *(after - 1);
  }

  std::span<const SpanFacts> spans_;
  std::map<Key, std::vector<int32_t>> calls_;
};

// For each span the nearest call above it that is a step, with no agent in between; -1: none.
std::vector<int32_t> enclosing_steps(std::span<const SpanFacts> spans, const Tree& tree, const Recordings& recordings,
                                     std::span<const Place> places) {
  std::vector<int32_t> around(spans.size(), -1);
  for (const int32_t i : tree.top_down) {
    const int32_t parent = places[i].parent;
    if (parent < 0 || spans[parent].kind == Kind::agent) continue;
    const int32_t call = recordings.speaker[parent];
    const bool is_step = is_call(spans[parent]) && places[call].step > 0 && places[call].session == places[i].session;
    around[i] = is_step ? call : around[parent];
  }
  return around;
}

// The calls that are steps, under each agent span and in each session.
struct CallLists {
  std::map<std::pair<SessionId, int32_t>, CallsByEnd> under_agent;
  std::map<SessionId, CallsByEnd> in_session;

  void sort() {
    for (auto& [key, calls] : under_agent) calls.sort();
    for (auto& [key, calls] : in_session) calls.sort();
  }
  int32_t last_before(const SessionId& session, int32_t agent, TimeNs time) const {
    const auto siblings = under_agent.find({session, agent});
    const int32_t call = siblings == under_agent.end() ? -1 : siblings->second.last_before(time);
    if (call >= 0) return call;
    const auto all = in_session.find(session);
    return all == in_session.end() ? -1 : all->second.last_before(time);
  }
};

}  // namespace

std::vector<int32_t> nearest_agents(std::span<const SpanFacts> spans, const Tree& tree, const Recordings& recordings) {
  std::vector<int32_t> nearest(spans.size(), -1);
  for (const int32_t i : tree.top_down) {
    const int32_t parent = tree.parent[i];
    if (parent < 0) continue;
    nearest[i] = spans[parent].kind == Kind::agent ? parent : nearest[parent];
  }
  for (const int32_t i : tree.by_start) {
    const int32_t speaker = recordings.speaker[i];
    if (nearest[speaker] < 0) nearest[speaker] = nearest[i];
  }
  return nearest;
}

void number_steps(std::span<const SpanFacts> spans, const Tree& tree, const Recordings& recordings,
                  std::span<Place> places) {
  const std::vector<int32_t> agent_of = nearest_agents(spans, tree, recordings);
  const std::vector<bool> is_side = find_side_calls(spans, tree, agent_of, places);
  std::map<SessionId, int32_t> last_step;
  CallLists calls;
  for (const int32_t i : tree.by_start) {
    if (!places[i].is_llm_call || is_side[i]) continue;
    const SessionId session = places[i].session;
    places[i].step = ++last_step[session];
    calls.under_agent.try_emplace({session, agent_of[i]}, spans).first->second.add(i);
    calls.in_session.try_emplace(session, spans).first->second.add(i);
  }
  calls.sort();
  const Askers askers(spans, tree, recordings, agent_of, places);
  const auto around = enclosing_steps(spans, tree, recordings, places);
  for (const int32_t i : tree.by_start) {
    if (!places[i].is_tool_call) continue;
    const SessionId session = places[i].session;
    int32_t call = askers.asker_of(session, agent_of[i], i);
    if (call < 0) call = around[i];
    if (call < 0) call = calls.last_before(session, agent_of[i], spans[i].start);
    if (call >= 0) places[i].step = places[call].step;
  }
  for (const int32_t i : tree.by_start) {
    const int32_t speaker = recordings.speaker[i];
    if (speaker != i && places[i].session == places[speaker].session) places[i].step = places[speaker].step;
  }
}

}  // namespace strobe::derive
