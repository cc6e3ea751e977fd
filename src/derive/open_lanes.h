#pragma once

#include <array>
#include <cstdint>
#include <set>
#include <vector>

#include "model/context_tree.h"
#include "model/session.h"

// Inside only: the ends of the lanes so far, found by what they saw.

namespace strobe::derive {

// A call to a model with what decides about its lane.
struct LaneCandidate {
  int32_t span = 0;           // index into SessionView::spans
  int32_t family = 0;         // same number: same plain model, and both steps or both side calls
  int32_t agent = -1;         // the nearest agent span above, -1: none
  bool is_sub_agent = false;  // another agent span stands above that one
  int32_t asker = -1;         // the call that asked for the tool which runs the agent, -1: none or not known
  int32_t context = -1;       // index into SessionContexts::contexts, -1: not known well enough to compare
  int32_t head = -1;          // -1 without a context
  ContextTree::Node body = ContextTree::k_empty;
  TimeNs start, end;
};

// Whether the conversation of `tip` may go on in `call`, which shares the beginning `shared` of its body. Reasons are
// in docs/reference/lanes.md.
bool may_continue(const ContextTree& bodies, const LaneCandidate& tip, const LaneCandidate& call,
                  ContextTree::Node shared);

// The last call of every lane. Everything is O(log n) for n lanes; the memory is linear.
class OpenLanes {
 public:
  // Of lanes that share equally much no more than this many are compared, on either side of the call's place.
  static constexpr int k_looked_at_max = 32;

  // `lane_of`: for each span the number of its lane, 0: none yet. Both must outlive this.
  OpenLanes(const ContextTree& bodies, const std::vector<int32_t>& lane_of);

  // Makes `tip` the last call of the lane, in place of the one before. Lane numbers begin with 1, without gaps.
  void set_tip(int32_t lane, const LaneCandidate& tip);
  const LaneCandidate& tip(int32_t lane) const { return tips_[lane - 1]; }

  struct Match {
    int32_t lane = 0;      // 0: nothing shares the beginning of a conversation
    bool is_open = false;  // its last call was over, and no call of it waits for the agent of this one
    int32_t shared = 0;    // messages
  };
  // The lane that shares the longest beginning of the body, open ones first, then the same agent, then that whose last
  // call ended last, then the older one.
  Match longest_shared(const LaneCandidate& call) const;
  // The lane of the same agent and head whose last call ended last before this one began; 0: none. Head -1: of those
  // whose context is not known.
  int32_t last_with_head(const LaneCandidate& call, int32_t head) const;
  // The same with any head or none.
  int32_t last_of_agent(const LaneCandidate& call) const;

 private:
  using Place = std::array<int32_t, 4>;  // family, agent or k_any_agent, place, lane
  using Ended = std::pair<std::array<int32_t, 3>, std::pair<int64_t, int32_t>>;  // family, agent, head; end, lane
  class Scan;

  void insert_or_erase(int32_t lane, const LaneCandidate& tip, bool is_insert);
  static int32_t last_before(const std::set<Ended>& set, std::array<int32_t, 3> key, TimeNs time);
  bool is_open_to(int32_t lane, const LaneCandidate& call) const;
  bool is_better(const Match& a, const Match& b, const LaneCandidate& call) const;

  const ContextTree& bodies_;
  const std::vector<int32_t>& lane_of_;
  std::vector<int32_t> place_of_;    // of a body among all, so that bodies that begin alike stand together
  std::vector<LaneCandidate> tips_;  // of lane N at N - 1
  std::set<Place> by_place_;
  std::set<Ended> by_end_;
};

}  // namespace strobe::derive
