#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "analyze/moved_time.h"
#include "analyze/span_links.h"
#include "analyze/time_tree.h"

// Inside only: how the spans of a session move that links tie together (time_saved.h).

namespace strobe::analyze {

// When the session would end if one of its spans took another time. Of what nothing ties only the length counts.
class LinkedTimes {
 public:
  // `tree` must outlive it. Without links that make anything wait linear in the links, else O(n log n).
  LinkedTimes(const TimeTree& tree, const SpanLinks& links);

  // The node or something below it waits for what it links to, or is waited for.
  bool ties(int32_t node) const { return !ties_.empty() && ties_[node]; }

  // When the session would end, did `changed`, a child of a tied node, take `length` with everything below it; 0, if it
  // is tied itself. Linear in the children of tied nodes.
  int64_t session_last(int32_t changed, int64_t length);

 private:
  // A node ends itself, it ends with everything below it, it begins.
  enum class EventType : uint8_t { end, last, begin };
  struct Event {
    int64_t time;
    int32_t rank;  // at that time: what runs ends first, the inner before the outer; then the outer begins first
    int32_t node;
    EventType type;
  };
  void find_waits(const SpanLinks& links);
  void order_events();
  void begin(int32_t node, int32_t changed);
  void finish(int32_t node, int32_t changed, int64_t length);

  const TimeTree& tree_;
  std::vector<bool> ties_;            // empty: nothing is
  std::vector<int32_t> waited_for_;   // by links
  std::vector<size_t> wait_offsets_;  // where the part of a node begins
  std::vector<Event> events_;         // each stands behind all that it depends on
  // As it would be, for tied nodes and their children that have begun.
  std::vector<int64_t> new_first_, new_end_;
  std::vector<MovedTime> ended_;  // its begin, and those of its children that have ended
  std::vector<bool> is_gone_;     // takes no time
};

}  // namespace strobe::analyze
