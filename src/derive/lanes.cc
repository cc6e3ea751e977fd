#include "derive/lanes.h"

#include <algorithm>
#include <map>
#include <string>
#include <unordered_map>

#include "derive/open_lanes.h"
#include "derive/sameness.h"
#include "model/lineage.h"

namespace strobe::derive {

namespace {

// Only what is whole, or nearly, can be compared: what the provider keeps to itself (`delta`) would look like a
// conversation that lost its beginning.
bool is_comparable(ContextBasis basis, bool has_body) {
  switch (basis) {
    case ContextBasis::complete:
    case ContextBasis::inferred: return true;
    case ContextBasis::truncated:
    case ContextBasis::dropped: return has_body;
    case ContextBasis::none:
    case ContextBasis::absent:
    case ContextBasis::delta: break;
  }
  return false;
}

class Assignment {
 public:
  explicit Assignment(SessionView& view)
      : view_(view), lane_of_(view.spans.size(), 0), above_(lineage_of(view)), open_(view.contexts.bodies, lane_of_) {
    for (size_t i = 0; i < view.spans.size(); ++i) {
      const SpanView& span = view.spans[i];
      if (span.is_llm_call && span.step > 0) call_of_step_.emplace(span.step, static_cast<int32_t>(i));
    }
  }

  void run() {
    view_.lanes.clear();
    for (size_t i = 0; i < view_.spans.size(); ++i) {
      if (view_.spans[i].is_llm_call) place(candidate_of(static_cast<int32_t>(i)));
    }
    name_lanes();
  }

 private:
  LaneCandidate candidate_of(int32_t index) {
    const SpanView& span = view_.spans[index];
    const SpanFacts& facts = span.span.facts;
    LaneCandidate call;
    call.span = index;
    call.family = family_of(facts.model, span.step == 0);
    call.agent = above_.agent[index];
    call.start = facts.start;
    call.end = std::max(facts.start, facts.end);
    if (call.agent >= 0) {
      call.is_sub_agent = above_.agent[call.agent] >= 0;
      call.asker = asker_of(above_.tool[call.agent]);
    }
    const int32_t context = view_.contexts.of_span[index];
    if (context < 0) return call;
    const SessionContexts::Context& seen = view_.contexts.contexts[context];
    if (!is_comparable(facts.basis, seen.body != ContextTree::k_empty)) return call;
    call.context = context;
    call.head = seen.head;
    call.body = seen.body;
    return call;
  }
  int32_t family_of(const std::string& model, bool is_side) {
    const auto [at, is_new] =
        families_.try_emplace({plain_model(model), is_side}, static_cast<int32_t>(families_.size()));
    return at->second;
  }
  int32_t asker_of(int32_t tool) const {
    if (tool < 0) return -1;
    const auto call = call_of_step_.find(view_.spans[tool].step);
    return call == call_of_step_.end() ? -1 : call->second;
  }

  void place(const LaneCandidate& call) {
    const OpenLanes::Match match = call.context < 0 ? OpenLanes::Match{} : open_.longest_shared(call);
    if (match.lane != 0 && !match.is_open) return begin_lane(call, match.lane);
    if (match.lane != 0) {
      const bool is_same = open_.tip(match.lane).context == call.context;
      return join(call, match.lane, is_same ? LaneLink::retry : LaneLink::continues, match.shared);
    }
    if (call.context >= 0) {
      const int32_t lane = open_.last_with_head(call, call.head);
      const bool is_same = lane != 0 && open_.tip(lane).context == call.context;
      if (lane != 0) return join(call, lane, is_same ? LaneLink::retry : LaneLink::restarts, 0);
    }
    // Of two of which one is known nothing can be compared.
    const int32_t lane = call.context < 0 ? open_.last_of_agent(call) : open_.last_with_head(call, -1);
    if (lane != 0) return join(call, lane, LaneLink::assumed, 0);
    begin_lane(call, 0);
  }
  void begin_lane(const LaneCandidate& call, int32_t forked_from) {
    Lane lane;
    lane.number = static_cast<int32_t>(view_.lanes.size()) + 1;
    lane.agent = call.agent;
    lane.is_side = view_.spans[call.span].step == 0;
    lane.forked_from = forked_from;
    view_.lanes.push_back(std::move(lane));
    join(call, view_.lanes.back().number, LaneLink::first, 0);
  }
  void join(const LaneCandidate& call, int32_t lane, LaneLink link, int32_t shared) {
    view_.lanes[lane - 1].calls.push_back({.span = call.span, .link = link, .shared = shared});
    lane_of_[call.span] = lane;
    open_.set_tip(lane, call);
  }

  // Gives every span the number of its call's lane.
  void name_lanes() {
    std::unordered_map<SpanId, int32_t> lane_of_speaker;
    for (const Lane& lane : view_.lanes) {
      for (const LaneCall& call : lane.calls)
        lane_of_speaker.emplace(view_.spans[call.span].span.facts.span_id, lane.number);
    }
    for (size_t i = 0; i < view_.spans.size(); ++i) {
      SpanView& span = view_.spans[i];
      span.lane = lane_of_[i];
      if (span.is_llm_call) continue;
      if (span.span.facts.kind == Kind::tool) {
        const int32_t asker = asker_of(static_cast<int32_t>(i));
        if (asker >= 0) span.lane = lane_of_[asker];
      } else if (!span.duplicate_of.is_zero()) {
        const auto speaker = lane_of_speaker.find(span.duplicate_of);
        if (speaker != lane_of_speaker.end()) span.lane = speaker->second;
      }
    }
  }

  SessionView& view_;
  std::vector<int32_t> lane_of_;
  const Lineage above_;
  OpenLanes open_;
  std::map<std::pair<std::string, bool>, int32_t> families_;
  std::unordered_map<int32_t, int32_t> call_of_step_;
};

}  // namespace

void assign_lanes(SessionView& view) {
  if (!view.contexts.is_loaded) {
    view.lanes.clear();
    return;
  }
  Assignment(view).run();
}

}  // namespace strobe::derive
