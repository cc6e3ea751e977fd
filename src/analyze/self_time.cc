#include "analyze/self_time.h"

#include <algorithm>
#include <tuple>

#include "analyze/running_spans.h"

namespace strobe::analyze {

namespace {

// What runs below the span runs within its children.
int64_t time_between_children(const TimeTree& tree, int32_t span) {
  const TimeTree::Node& node = tree.nodes[span];
  int64_t covered = 0;
  int64_t until = node.start;
  for (const int32_t child : tree.by_start(span)) {
    const int64_t from = std::max(until, tree.nodes[child].start);
    const int64_t to = tree.nodes[child].end;
    if (to <= from) continue;
    covered += to - from;
    until = to;
  }
  return node.end - node.start - covered;
}

// Goes over all begins and ends in order of time. A span has time of its own as long as it runs and nothing below it
// does; what begins or ends decides that for itself and for the nearest above it that runs.
class Sweep {
 public:
  explicit Sweep(const TimeTree& tree)
      : tree_(tree), running_(tree), self_(tree.nodes.size() - 1, 0), since_(self_.size(), 0) {}

  std::vector<int64_t> take() {
    std::vector<Event> events;
    for (int32_t span = 0; span < tree_.session; ++span) {
      const TimeTree::Node& node = tree_.nodes[span];
      if (node.end <= node.start) continue;
      events.push_back({node.start, true, span});
      events.push_back({node.end, false, span});
    }
    std::ranges::sort(events, {},
                      [](const Event& event) { return std::tuple(event.time, event.is_begin, event.span); });
    for (const Event& event : events) {
      if (event.is_begin) {
        begin(event.span, event.time);
      } else {
        end(event.span, event.time);
      }
    }
    return std::move(self_);
  }

 private:
  struct Event {
    int64_t time;
    bool is_begin;
    int32_t span;
  };

  void begin(int32_t span, int64_t time) {
    const int32_t above = running_.nearest(span);
    if (above >= 0 && !running_.has_below(above)) self_[above] += time - since_[above];
    running_.add(span);
    since_[span] = time;
  }
  void end(int32_t span, int64_t time) {
    if (!running_.has_below(span)) self_[span] += time - since_[span];
    running_.remove(span);
    const int32_t above = running_.nearest(span);
    if (above >= 0 && !running_.has_below(above)) since_[above] = time;
  }

  const TimeTree& tree_;
  RunningSpans running_;
  std::vector<int64_t> self_;
  std::vector<int64_t> since_;  // when the time of its own began that it has now
};

}  // namespace

std::vector<int64_t> self_times_of(const TimeTree& tree) {
  const auto spans = std::span(tree.nodes).first(static_cast<size_t>(tree.session));
  const bool is_nested = std::ranges::all_of(
      spans, [](const TimeTree::Node& node) { return node.first == node.start && node.last == node.end; });
  if (!is_nested) return Sweep(tree).take();
  std::vector<int64_t> self(spans.size());
  for (size_t i = 0; i < spans.size(); ++i) self[i] = time_between_children(tree, static_cast<int32_t>(i));
  return self;
}

}  // namespace strobe::analyze
