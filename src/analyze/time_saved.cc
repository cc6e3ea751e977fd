#include "analyze/time_saved.h"

#include <algorithm>
#include <optional>

#include "analyze/moved_time.h"

namespace strobe::analyze {

TimeSaved::TimeSaved(const TimeTree& tree, const SpanLinks& links)
    : tree_(tree), linked_(tree, links), new_last_(tree.nodes.size()) {}

int64_t TimeSaved::last_of(int32_t parent, int32_t changed, int64_t changed_last) {
  const auto by_start = tree_.by_start(parent);
  const auto by_end = tree_.by_end(parent);
  const TimeTree::Node& above = tree_.nodes[parent];
  MovedTime ended{above.first, above.first};
  size_t left = by_end.size();  // those from here on have ended
  const auto end_until = [&](int64_t time) {
    for (; left > 0 && tree_.nodes[by_end[left - 1]].last <= time; --left) {
      const TimeTree::Node& node = tree_.nodes[by_end[left - 1]];
      if (node.last > node.first) ended.add(node.last, new_last_[by_end[left - 1]]);
    }
  };
  // When it would end itself: by what has ended until then, and by nothing that ended later.
  std::optional<int64_t> own_end;
  const auto end_itself = [&] {
    end_until(above.end);
    own_end = ended.moved(above.end);
  };
  for (const int32_t child : by_start) {
    const TimeTree::Node& node = tree_.nodes[child];
    if (node.last <= node.first) continue;
    if (!own_end && node.first >= above.end) end_itself();
    end_until(node.first);
    const int64_t length = child == changed ? changed_last - node.first : node.last - node.first;
    new_last_[child] = ended.moved(node.first) + length;
  }
  if (!own_end) end_itself();
  end_until(above.last);
  if (parent != tree_.session) ended.add(above.end, *own_end);
  return ended.moved(above.last);
}

int64_t TimeSaved::without(int32_t span) {
  int64_t last = tree_.nodes[span].first;
  for (int32_t at = span; at != tree_.session; at = tree_.nodes[at].parent) {
    const TimeTree::Node& node = tree_.nodes[at];
    if (last >= node.last) return 0;
    if (linked_.ties(node.parent)) return tree_.wall - linked_.session_last(at, last - node.first);
    last = last_of(node.parent, at, last);
  }
  return tree_.wall - last;
}

}  // namespace strobe::analyze
