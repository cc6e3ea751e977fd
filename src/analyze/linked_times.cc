#include "analyze/linked_times.h"

#include <algorithm>
#include <tuple>

namespace strobe::analyze {

LinkedTimes::LinkedTimes(const TimeTree& tree, const SpanLinks& links) : tree_(tree) {
  if (!links.empty()) find_waits(links);
  if (!ties_.empty()) order_events();
}

// Those that the critical path would follow.
void LinkedTimes::find_waits(const SpanLinks& links) {
  std::vector<bool> ties(tree_.nodes.size(), false);
  const auto tie = [&](int32_t node) {
    for (; !ties[node]; node = tree_.nodes[node].parent) {
      ties[node] = true;
      if (node == tree_.session) break;
    }
  };
  wait_offsets_.assign(tree_.nodes.size() + 1, 0);
  for (int32_t span = 0; span < tree_.session; ++span) {
    const int64_t begin = tree_.nodes[span].first;
    for (const int32_t target : links.of(span)) {
      if (tree_.nodes[target].end > begin || tree_.nodes[target].start >= begin) continue;
      waited_for_.push_back(target);
      tie(target);
      tie(span);
    }
    wait_offsets_[span + 1] = waited_for_.size();
  }
  wait_offsets_.back() = waited_for_.size();
  if (!waited_for_.empty()) ties_ = std::move(ties);
}

// Whatever something depends on lies before it in time, or at the same time before it by rank.
void LinkedTimes::order_events() {
  for (size_t place = 1; place < tree_.order.size(); ++place) {
    const int32_t at = tree_.order[place];
    const TimeTree::Node& node = tree_.nodes[at];
    if (!ties_[node.parent]) continue;
    const auto rank = static_cast<int32_t>(place);
    events_.push_back({node.first, rank, at, EventType::begin});
    if (ties_[at] && node.end > node.first) events_.push_back({node.end, -rank, at, EventType::end});
    if (node.last > node.first) events_.push_back({node.last, -rank, at, EventType::last});
  }
  std::ranges::sort(events_, {}, [](const Event& event) { return std::tuple(event.time, event.rank, event.type); });
  new_first_.resize(tree_.nodes.size());
  new_end_.resize(tree_.nodes.size());
  ended_.resize(tree_.nodes.size());
  is_gone_.resize(tree_.nodes.size());
}

void LinkedTimes::begin(int32_t at, int32_t changed) {
  const TimeTree::Node& node = tree_.nodes[at];
  const std::span waits = std::span(waited_for_).subspan(wait_offsets_[at], wait_offsets_[at + 1] - wait_offsets_[at]);
  int64_t first = new_first_[node.parent];
  if (!is_gone_[node.parent]) {
    MovedTime before = ended_[node.parent];
    if (node.is_root && !waits.empty()) before = {tree_.nodes[node.parent].first, first};
    for (const int32_t target : waits) before.add(tree_.nodes[target].end, new_end_[target]);
    first = before.moved(node.first);
  }
  new_first_[at] = new_end_[at] = first;
  ended_[at] = {node.first, first};
  is_gone_[at] = is_gone_[node.parent] || (at == changed && ties_[at]);
}

void LinkedTimes::finish(int32_t at, int32_t changed, int64_t length) {
  const TimeTree::Node& node = tree_.nodes[at];
  int64_t last = new_first_[at];
  if (!ties_[at]) {
    last += at == changed ? length : node.last - node.first;
  } else if (!is_gone_[at]) {
    MovedTime all = ended_[at];
    all.add(node.end, new_end_[at]);
    last = all.moved(node.last);
  }
  ended_[node.parent].add(node.last, last);
}

int64_t LinkedTimes::session_last(int32_t changed, int64_t length) {
  const TimeTree::Node& session = tree_.nodes[tree_.session];
  new_first_[tree_.session] = session.first;
  ended_[tree_.session] = {session.first, session.first};
  bool is_behind = false;  // before it begins nothing moves, and nothing needs to be told of what has ended by then
  for (const Event& event : events_) {
    const int32_t at = event.node;
    const TimeTree::Node& node = tree_.nodes[at];
    is_behind = is_behind || (at == changed && event.type == EventType::begin);
    if (!is_behind) {
      if (event.type != EventType::begin) continue;
      new_first_[at] = node.first;
      new_end_[at] = node.end;
      ended_[at] = {node.first, node.first};
      is_gone_[at] = false;
      continue;
    }
    switch (event.type) {
      case EventType::begin: begin(at, changed); break;
      case EventType::end:
        if (!is_gone_[at]) new_end_[at] = ended_[at].moved(node.end);
        break;
      case EventType::last: finish(at, changed, length); break;
    }
  }
  return ended_[tree_.session].moved(session.last);
}

}  // namespace strobe::analyze
