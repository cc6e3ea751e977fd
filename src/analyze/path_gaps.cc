#include "analyze/path_gaps.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <queue>
#include <tuple>
#include <utility>

#include "analyze/running_spans.h"

namespace strobe::analyze {

namespace {

// Sweeps over the gaps in order of time, and knows at each moment which spans run.
class Gaps {
 public:
  Gaps(const TimeTree& tree, CriticalPath& path) : tree_(tree), path_(path), running_(tree) {}

  void give() {
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
      running_.add(span);
      latest_.push({tree_.nodes[span].start, span});
    }
    for (; ended_ < by_end_.size() && tree_.nodes[by_end_[ended_]].end <= at; ++ended_)
      running_.remove(by_end_[ended_]);
    if (started_ < by_start_.size()) next = tree_.nodes[by_start_[started_]].start;
    if (ended_ < by_end_.size()) next = std::min(next, tree_.nodes[by_end_[ended_]].end);
    return next;
  }
  int32_t runner(int32_t node, int64_t at) {
    const int32_t above = running_.nearest(node);
    if (above >= 0) return above;
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
  RunningSpans running_;
  std::vector<int32_t> by_start_, by_end_;
  size_t started_ = 0, ended_ = 0;                           // of these, by the moment reached
  std::priority_queue<std::pair<int64_t, int32_t>> latest_;  // of those that run, and some that did: start and span
};

}  // namespace

void give_gaps_to_what_ran(const TimeTree& tree, CriticalPath& path) {
  if (path.outside_ns > 0) Gaps(tree, path).give();
}

}  // namespace strobe::analyze
