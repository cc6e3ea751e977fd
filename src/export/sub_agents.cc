#include "export/sub_agents.h"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <tuple>

namespace strobe::exporter {

namespace {

constexpr size_t k_type_bytes_max = 60;
constexpr size_t k_id_digits = 8;

std::string type_of(std::string_view name) {
  std::string type;
  for (const char c : name.substr(0, k_type_bytes_max)) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    type += is_plain ? c : '-';
  }
  return type.empty() ? "agent" : type;
}

const std::string& name_of(const SpanView& agent) {
  return agent.span.facts.agent.empty() ? agent.span.facts.name : agent.span.facts.agent;
}

// For each span the one that stands above all others of its branch. Chains are followed once.
std::vector<int32_t> tops_of(const SessionView& session) {
  std::vector<int32_t> tops(session.spans.size(), -1);
  std::vector<int32_t> way;
  for (size_t i = 0; i < session.spans.size(); ++i) {
    auto at = static_cast<int32_t>(i);
    while (tops[at] < 0 && session.spans[at].parent >= 0) {
      way.push_back(at);
      at = session.spans[at].parent;
    }
    const int32_t top = tops[at] < 0 ? at : tops[at];
    tops[at] = top;
    for (const int32_t below : way) tops[below] = top;
    way.clear();
  }
  return tops;
}

class Finder {
 public:
  Finder(const SessionView& session, const analyze::Shape& shape) : session_(session), shape_(shape) {
    for (const analyze::Step& step : shape.steps) {
      if (step.call >= 0) steps_[step.agent].push_back(session.spans[step.call].span.facts.start);
    }
    for (auto& [agent, starts] : steps_) std::ranges::sort(starts);
    // Spans are in order of their start: the first of a trace tells what its main agent's spans lack.
    for (const SpanView& span : session.spans) {
      if (!span.parent_missing) continue;
      const SpanFacts& facts = span.span.facts;
      main_parent_.emplace(facts.trace_id, facts.parent_span_id);
      if (span.is_llm_call) callers_.emplace(facts.trace_id, facts.parent_span_id);
    }
  }

  SubAgents find() {
    tops_ = tops_of(session_);
    found_.of_span.assign(session_.spans.size(), -1);
    found_.is_settled.assign(session_.spans.size(), true);
    for (size_t i = 0; i < session_.spans.size(); ++i) {
      const SpanView& top = session_.spans[tops_[i]];
      const bool is_settled = !top.parent_missing || is_main(top.span.facts);
      found_.is_settled[i] = is_settled;
      found_.of_span[i] = of_agent(own_agent(static_cast<int32_t>(i)));
      if (!is_settled && found_.of_span[i] < 0) found_.of_span[i] = guess(session_.spans[i].span.facts, top.span.facts);
    }
    return std::move(found_);
  }

 private:
  bool is_main(const SpanFacts& top) const {
    const auto main = main_parent_.find(top.trace_id);
    return main == main_parent_.end() || main->second == top.parent_span_id;
  }
  // What stands above it has not arrived, but called a model itself: that is an agent, which mostly ends last.
  bool is_below_caller(int32_t span) const {
    const SpanView& top = session_.spans[tops_[span]];
    return top.parent_missing && callers_.contains({top.span.facts.trace_id, top.span.facts.parent_span_id});
  }
  int32_t own_agent(int32_t span) const {
    return session_.spans[span].span.facts.kind == Kind::agent ? span : shape_.agent_of[span];
  }
  int64_t iteration_of(int32_t agent, TimeNs at) const {
    const auto steps = steps_.find(agent);
    return steps == steps_.end() ? 0 : std::ranges::upper_bound(steps->second, at) - steps->second.begin();
  }

  // The number of the sub-agent whose span this is; -1: the main agent, or none. Follows the agents above, each once.
  int32_t of_agent(int32_t agent) {
    std::vector<int32_t> way;
    while (agent >= 0 && !number_of_.contains(agent)) {
      way.push_back(agent);
      agent = shape_.agent_of[agent];
    }
    int32_t number = agent < 0 ? -1 : number_of_[agent];
    for (auto at = way.rbegin(); at != way.rend(); ++at) {
      const int32_t above = shape_.agent_of[*at];
      const bool is_new =
          above < 0 ? is_below_caller(*at) : name_of(session_.spans[above]) != name_of(session_.spans[*at]);
      if (is_new) number = add(*at, above, number);
      number_of_[*at] = number;
    }
    return number;
  }

  int32_t add(int32_t agent, int32_t above, int32_t parent) {
    const SpanView& span = session_.spans[agent];
    SubAgent made{.type = type_of(name_of(span)),
                  .parent = parent,
                  .span_id = span.span.facts.span_id,
                  .trace_id = span.span.facts.trace_id,
                  .span = agent};
    made.iteration = iteration_of(above, span.span.facts.start);
    made.id =
        made.type + "-" + std::to_string(made.iteration) + "-" + span.span.facts.span_id.hex().substr(0, k_id_digits);
    found_.agents.push_back(std::move(made));
    return static_cast<int32_t>(found_.agents.size()) - 1;
  }

  // What stands above has not arrived: the name on the span itself, if it is not the session's agent's.
  int32_t guess(const SpanFacts& facts, const SpanFacts& top) {
    if (facts.agent.empty() || facts.agent == session_.summary.agent) return -1;
    const auto [known, is_new] = guessed_.try_emplace({top.trace_id, top.parent_span_id, facts.agent}, -1);
    if (is_new) {
      SubAgent made{.type = type_of(facts.agent), .span_id = top.parent_span_id, .trace_id = top.trace_id};
      made.id = made.type + "-0-" + top.parent_span_id.hex().substr(0, k_id_digits);
      found_.agents.push_back(std::move(made));
      known->second = static_cast<int32_t>(found_.agents.size()) - 1;
    }
    return known->second;
  }

  const SessionView& session_;
  const analyze::Shape& shape_;
  std::map<int32_t, std::vector<TimeNs>> steps_;  // starts, by agent
  std::map<TraceId, SpanId> main_parent_;
  std::set<std::pair<TraceId, SpanId>> callers_;  // spans that have not arrived, but called a model
  std::vector<int32_t> tops_;                     // for each span the one above all others of its branch
  std::map<int32_t, int32_t> number_of_;          // of agents' spans
  std::map<std::tuple<TraceId, SpanId, std::string>, int32_t> guessed_;
  SubAgents found_;
};

}  // namespace

SubAgents sub_agents_of(const SessionView& session, const analyze::Shape& shape) {
  return Finder(session, shape).find();
}

}  // namespace strobe::exporter
