#include "analyze/critical_path.h"

#include <algorithm>
#include <utility>

#include "analyze/path_gaps.h"

namespace strobe::analyze {

namespace {

// Walks from the end of the session to its begin. `at_` only ever gets smaller, and so no child is looked at twice: the
// work is linear, however often the walk comes back to a span.
class Walk {
 public:
  Walk(const TimeTree& tree, const SpanLinks& links)
      : tree_(tree), links_(links), passed_(tree.nodes.size(), 0), longest_(tree.nodes.size(), -1) {
    path_.self_ns.assign(tree.nodes.size() - 1, 0);
    path_.waiting_ns = path_.self_ns;
    path_.wall_ns = at_ = tree.wall;
  }

  CriticalPath take() {
    node_ = tree_.session;
    while (at_ > 0) step();
    std::ranges::reverse(path_.segments);
    give_gaps_to_what_ran(tree_, path_);
    return std::move(path_);
  }

 private:
  const TimeTree::Node& node(int32_t span) const { return tree_.nodes[span]; }

  // One decision: down to a child, along the span itself, or up (or to where a link leads) at its begin.
  void step() {
    if (at_ <= node(node_).first) return leave();
    const bool was_cut = std::exchange(is_cut_, false);
    const bool is_running = node(node_).start < at_ && at_ <= node(node_).end;
    const int32_t running = look_back();
    // While the parent runs itself, what runs beside the path is not what it waited for.
    if (running >= 0 && (was_cut || !is_running)) return enter(running);
    const int32_t ended = next_child();
    if (ended >= 0 && node(ended).last == at_) return enter(ended);
    int64_t to = std::max(node(node_).first, ended >= 0 ? node(ended).last : 0);
    if (is_running) {
      to = std::max(to, node(node_).start);
    } else if (at_ > node(node_).end) {
      to = std::max(to, node(node_).end);
    }
    if (is_running) return add(SegmentType::self, node_, -1, to);
    add(SegmentType::outside, -1, node_, to);  // whose it is then: give_gaps_to_what_ran()
  }

  // Passes the children that end behind `at_`. Returns the one of them that was running then and began first, -1: none.
  int32_t look_back() {
    const auto children = tree_.by_end(node_);
    size_t& next = passed_[node_];
    int32_t& longest = longest_[node_];
    for (; next < children.size() && node(children[next]).last > at_; ++next) {
      if (longest < 0 || node(children[next]).first < node(longest).first) longest = children[next];
    }
    return longest >= 0 && node(longest).first < at_ ? longest : -1;
  }
  // The child that ended last of those that took time and ended by `at_`; -1: none. After look_back().
  int32_t next_child() {
    const auto children = tree_.by_end(node_);
    size_t& next = passed_[node_];
    while (next < children.size() && node(children[next]).first >= std::min(node(children[next]).last, at_)) ++next;
    return next < children.size() ? children[next] : -1;
  }

  void enter(int32_t child) {
    is_cut_ = node(child).last > at_;
    node_ = child;
  }
  // At the begin of a span: to what it waited for, if it says so by a link and nothing of its parent ended later.
  void leave() {
    const int32_t span = node_;
    node_ = node(span).parent;
    const int32_t target = waited_for(span);
    if (target < 0) return;
    if (!node(span).is_root) {
      look_back();
      const int32_t before = next_child();
      if (before >= 0 && before != target && node(before).last > node(target).end) {
        add(SegmentType::waiting, target, span, node(before).last);
        return;
      }
    }
    add(SegmentType::waiting, target, span, node(target).end);
    node_ = target;
  }
  // Of the spans it links to the one that ended last before it began: a match waits for the last of its emissions.
  int32_t waited_for(int32_t span) const {
    int32_t last = -1;
    for (const int32_t target : links_.of(span)) {
      const bool was_before = node(target).end <= at_ && node(target).start < at_;
      if (was_before && (last < 0 || node(target).end > node(last).end)) last = target;
    }
    return last;
  }

  void add(SegmentType type, int32_t span, int32_t waiter, int64_t from) {
    if (from >= at_) return;
    const int64_t length = at_ - from;
    if (span >= 0) path_.self_ns[span] += length;
    if (type == SegmentType::waiting) path_.waiting_ns[span] += length;
    if (type == SegmentType::outside) path_.outside_ns += length;
    if (!path_.segments.empty()) {
      Segment& later = path_.segments.back();
      if (later.type == type && later.span == span && later.waiter == waiter && later.from == at_) {
        later.from = at_ = from;
        return;
      }
    }
    path_.segments.push_back({type, span, waiter, from, at_});
    at_ = from;
  }

  const TimeTree& tree_;
  const SpanLinks& links_;
  std::vector<size_t> passed_;    // for each node how many of its children by end lie behind the walk
  std::vector<int32_t> longest_;  // of the passed ones the one that began first
  CriticalPath path_;
  int32_t node_ = 0;
  int64_t at_ = 0;
  bool is_cut_ = false;  // the span was entered before its end
};

}  // namespace

std::string_view name_of(SegmentType type) {
  switch (type) {
    case SegmentType::self: return "self";
    case SegmentType::waiting: return "waiting";
    case SegmentType::outside: return "outside";
  }
  return {};
}

CriticalPath critical_path_of(const TimeTree& tree, const SpanLinks& links) { return Walk(tree, links).take(); }

}  // namespace strobe::analyze
