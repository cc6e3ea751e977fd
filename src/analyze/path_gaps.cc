#include "analyze/path_gaps.h"

#include <algorithm>
#include <bit>
#include <iterator>
#include <limits>
#include <queue>
#include <tuple>
#include <utility>

namespace strobe::analyze {

namespace {

// Numbers at places, of which many change, with the greatest of each block of 2, 4, 8... beside them.
class Places {
 public:
  explicit Places(size_t count) : width_(std::bit_ceil(count)), greatest_(2 * width_, -1) {}

  void set(int32_t place, int32_t number) {
    size_t at = static_cast<size_t>(place) + width_;
    greatest_[at] = number;
    for (at /= 2; at > 0; at /= 2) greatest_[at] = std::max(greatest_[2 * at], greatest_[2 * at + 1]);
  }
  // The last place up to `place` whose number is at least `least`; -1: none. O(log n).
  int32_t last_with(int32_t place, int32_t least) const {
    size_t at = static_cast<size_t>(place) + width_;
    while (greatest_[at] < least) {
      while (at % 2 == 0) at /= 2;  // the first of its block: there is nothing before it there
      if (at <= 1) return -1;
      --at;
    }
    while (at < width_) at = greatest_[2 * at + 1] >= least ? 2 * at + 1 : 2 * at;
    return static_cast<int32_t>(at - width_);
  }

 private:
  size_t width_;
  std::vector<int32_t> greatest_;
};

// Sweeps over the gaps in order of time, and knows at each moment which spans run. A span stands at its place in the
// order "parents, then all below them" with the last place below it, so that the last running place up to a node that
// reaches the node is the nearest span above it.
class Gaps {
 public:
  Gaps(const TimeTree& tree, CriticalPath& path) : tree_(tree), path_(path), running_(tree.nodes.size()) {}

  void give() {
    place_nodes();
    find_spans();
    std::vector<Segment> before = std::exchange(path_.segments, {});
    for (const Segment& segment : before) {
      if (segment.type == SegmentType::outside) {
        divide(segment);
      } else {
        add(segment);
      }
    }
  }

 private:
  void place_nodes() {
    const size_t count = tree_.nodes.size();
    std::vector<int32_t> size(count, 1);
    for (size_t i = count; i > 1; --i) size[tree_.nodes[tree_.order[i - 1]].parent] += size[tree_.order[i - 1]];
    place_.assign(count, 0);
    last_place_.assign(count, 0);
    at_place_.assign(count, 0);
    std::vector<int32_t> next(count, 0);  // for the next child
    for (const int32_t node : tree_.order) {
      if (node != tree_.session) {
        int32_t& free = next[tree_.nodes[node].parent];
        place_[node] = std::exchange(free, free + size[node]);
      }
      next[node] = place_[node] + 1;
      last_place_[node] = place_[node] + size[node] - 1;
      at_place_[place_[node]] = node;
    }
  }
  // Those that ran in a gap.
  void find_spans() {
    std::vector<Segment> gaps;
    std::ranges::copy_if(path_.segments, std::back_inserter(gaps),
                         [](const Segment& segment) { return segment.type == SegmentType::outside; });
    for (int32_t span = 0; span < tree_.session; ++span) {
      const TimeTree::Node& node = tree_.nodes[span];
      const auto gap = std::ranges::upper_bound(gaps, node.start, {}, &Segment::to);
      if (gap == gaps.end() || gap->from >= node.end || node.end <= node.start) continue;
      by_start_.push_back(span);
      by_end_.push_back(span);
    }
    std::ranges::sort(by_start_, {}, [this](int32_t span) { return std::pair(tree_.nodes[span].start, span); });
    std::ranges::sort(by_end_, {}, [this](int32_t span) { return std::pair(tree_.nodes[span].end, span); });
  }

  void divide(const Segment& gap) {
    for (int64_t at = gap.from; at < gap.to;) {
      const int64_t next = std::min(gap.to, go_to(at));
      const int32_t span = runner(gap.waiter, at);
      add({.type = span < 0 ? SegmentType::outside : SegmentType::self, .span = span, .from = at, .to = next});
      if (span >= 0) {
        path_.self_ns[span] += next - at;
        path_.outside_ns -= next - at;
      }
      at = next;
    }
  }
  // Returns when the next span begins or ends after `at`.
  int64_t go_to(int64_t at) {
    int64_t next = std::numeric_limits<int64_t>::max();
    for (; started_ < by_start_.size(); ++started_) {
      const int32_t span = by_start_[started_];
      if (tree_.nodes[span].start > at) break;
      running_.set(place_[span], last_place_[span]);
      latest_.push({tree_.nodes[span].start, span});
    }
    for (; ended_ < by_end_.size() && tree_.nodes[by_end_[ended_]].end <= at; ++ended_)
      running_.set(place_[by_end_[ended_]], -1);
    if (started_ < by_start_.size()) next = tree_.nodes[by_start_[started_]].start;
    if (ended_ < by_end_.size()) next = std::min(next, tree_.nodes[by_end_[ended_]].end);
    return next;
  }
  int32_t runner(int32_t node, int64_t at) {
    const int32_t above = running_.last_with(place_[node], place_[node]);
    if (above >= 0) return at_place_[above];
    while (!latest_.empty() && tree_.nodes[latest_.top().second].end <= at) latest_.pop();
    return latest_.empty() ? -1 : latest_.top().second;
  }
  void add(const Segment& segment) {
    if (!path_.segments.empty()) {
      Segment& earlier = path_.segments.back();
      if (std::tie(earlier.type, earlier.span, earlier.waiter) ==
          std::tie(segment.type, segment.span, segment.waiter)) {
        earlier.to = segment.to;
        return;
      }
    }
    path_.segments.push_back(segment);
  }

  const TimeTree& tree_;
  CriticalPath& path_;
  Places running_;  // at the place of a span that runs the last place below it
  std::vector<int32_t> place_, last_place_, at_place_;
  std::vector<int32_t> by_start_, by_end_;
  size_t started_ = 0, ended_ = 0;                           // of these, by the moment reached
  std::priority_queue<std::pair<int64_t, int32_t>> latest_;  // of those that run, and some that did: start and span
};

}  // namespace

void give_gaps_to_what_ran(const TimeTree& tree, CriticalPath& path) {
  if (path.outside_ns > 0) Gaps(tree, path).give();
}

}  // namespace strobe::analyze
