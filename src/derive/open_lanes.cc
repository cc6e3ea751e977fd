#include "derive/open_lanes.h"

#include <climits>

#include "model/tree_order.h"

// Bodies are put in the order of a walk through their tree. What shares the longest beginning with a body then stands
// next to it, on one side or the other: the further away, the less is shared.

namespace strobe::derive {

namespace {

constexpr int32_t k_any_agent = -2;
constexpr int32_t k_any_head = -2;

}  // namespace

bool may_continue(const ContextTree& bodies, const LaneCandidate& tip, const LaneCandidate& call,
                  ContextTree::Node shared) {
  if (shared == ContextTree::k_empty) return false;
  if (tip.agent == call.agent) return true;
  if (shared == tip.body && shared != call.body) return true;
  if (tip.is_sub_agent || call.is_sub_agent) return false;
  return bodies.depth(shared) > 1 || tip.head == call.head;
}

OpenLanes::OpenLanes(const ContextTree& bodies, const std::vector<int32_t>& lane_of)
    : bodies_(bodies), lane_of_(lane_of), place_of_(order_of(bodies).place) {}

void OpenLanes::insert_or_erase(int32_t lane, const LaneCandidate& tip, bool is_insert) {
  const auto change = [is_insert](auto& set, const auto& item) {
    if (is_insert) {
      set.insert(item);
    } else {
      set.erase(item);
    }
  };
  const std::pair<int64_t, int32_t> end{tip.end.ns, -lane};  // of two that end at once the older lane is the last
  change(by_end_, Ended{{tip.family, tip.agent, tip.head}, end});
  change(by_end_, Ended{{tip.family, tip.agent, k_any_head}, end});
  if (tip.context < 0) return;
  const int32_t place = place_of_[tip.body];
  change(by_place_, Place{tip.family, tip.agent, place, lane});
  change(by_place_, Place{tip.family, k_any_agent, place, lane});
}

void OpenLanes::set_tip(int32_t lane, const LaneCandidate& tip) {
  if (static_cast<size_t>(lane) > tips_.size()) {
    tips_.push_back(tip);
  } else {
    insert_or_erase(lane, tips_[lane - 1], false);
    tips_[lane - 1] = tip;
  }
  insert_or_erase(lane, tip, true);
}

bool OpenLanes::is_open_to(int32_t lane, const LaneCandidate& call) const {
  const LaneCandidate& last = tip(lane);
  if (last.end > call.start) return false;
  return last.agent == call.agent || call.asker < 0 || lane_of_[call.asker] != lane;
}

bool OpenLanes::is_better(const Match& a, const Match& b, const LaneCandidate& call) const {
  if (b.lane == 0) return true;
  if (a.shared != b.shared) return a.shared > b.shared;
  if (a.is_open != b.is_open) return a.is_open;
  const LaneCandidate& tip_a = tip(a.lane);
  const LaneCandidate& tip_b = tip(b.lane);
  const bool is_own_a = tip_a.agent == call.agent;
  const bool is_own_b = tip_b.agent == call.agent;
  if (is_own_a != is_own_b) return is_own_a;
  if (tip_a.end != tip_b.end) return tip_a.end > tip_b.end;
  return a.lane < b.lane;
}

// Goes away from a call's place to both sides, and gives lanes in the order of how much they share with it.
class OpenLanes::Scan {
 public:
  Scan(const OpenLanes& lanes, const LaneCandidate& call, int32_t agent)
      : lanes_(lanes), call_(call), key_{call.family, agent, lanes.place_of_[call.body], INT32_MAX} {
    right_ = left_ = lanes.by_place_.upper_bound(key_);
    look_left();
    look_right();
  }
  // 0: there are no more that share anything.
  int32_t next(ContextTree::Node& shared) {
    const bool is_left = lanes_.bodies_.depth(left_shared_) >= lanes_.bodies_.depth(right_shared_);
    shared = is_left ? left_shared_ : right_shared_;
    if (shared == ContextTree::k_empty) return 0;
    const int32_t lane = is_left ? (*left_)[3] : (*right_)[3];
    if (is_left) {
      look_left();
    } else {
      ++right_;
      look_right();
    }
    return lane;
  }

 private:
  using Iterator = std::set<Place>::const_iterator;
  bool is_of_group(Iterator at) const { return (*at)[0] == key_[0] && (*at)[1] == key_[1]; }
  ContextTree::Node shared_with(Iterator at) const {
    return lanes_.bodies_.common(lanes_.tip((*at)[3]).body, call_.body);
  }
  void look_left() {
    left_shared_ = ContextTree::k_empty;
    if (left_ == lanes_.by_place_.begin()) return;
    --left_;
    if (is_of_group(left_)) left_shared_ = shared_with(left_);
  }
  void look_right() {
    right_shared_ = ContextTree::k_empty;
    if (right_ != lanes_.by_place_.end() && is_of_group(right_)) right_shared_ = shared_with(right_);
  }

  const OpenLanes& lanes_;
  const LaneCandidate& call_;
  const Place key_;
  Iterator left_, right_;
  ContextTree::Node left_shared_ = ContextTree::k_empty, right_shared_ = ContextTree::k_empty;
};

OpenLanes::Match OpenLanes::longest_shared(const LaneCandidate& call) const {
  Match best;
  for (const int32_t agent : {call.agent, k_any_agent}) {
    Scan scan(*this, call, agent);
    for (int looked_at = 0; looked_at < k_looked_at_max; ++looked_at) {
      ContextTree::Node shared = ContextTree::k_empty;
      const int32_t lane = scan.next(shared);
      if (lane == 0 || bodies_.depth(shared) < best.shared) break;
      if (!may_continue(bodies_, tip(lane), call, shared)) continue;
      const Match match{.lane = lane, .is_open = is_open_to(lane, call), .shared = bodies_.depth(shared)};
      if (is_better(match, best, call)) best = match;
    }
  }
  return best;
}

int32_t OpenLanes::last_before(const std::set<Ended>& set, std::array<int32_t, 3> key, TimeNs time) {
  const auto after = set.upper_bound(Ended{key, {time.ns, INT32_MAX}});
  if (after == set.begin()) return 0;
  const auto last = std::prev(after);
  return last->first == key ? -last->second.second : 0;
}

int32_t OpenLanes::last_with_head(const LaneCandidate& call, int32_t head) const {
  return last_before(by_end_, {call.family, call.agent, head}, call.start);
}

int32_t OpenLanes::last_of_agent(const LaneCandidate& call) const {
  return last_before(by_end_, {call.family, call.agent, k_any_head}, call.start);
}

}  // namespace strobe::derive
