#include "analyze/time_saved.h"

#include <algorithm>
#include <limits>
#include <vector>

namespace strobe::analyze {

namespace {

constexpr int64_t k_never = std::numeric_limits<int64_t>::min();

// The latest end of what has ended, as it was and as it would be.
struct Ended {
  int64_t was = k_never, would_be = k_never;

  void add(int64_t end, int64_t new_end) {
    was = std::max(was, end);
    would_be = std::max(would_be, new_end);
  }
  // When something would be that was at `time`.
  int64_t moved(int64_t time) const { return was == k_never ? time : would_be + (time - was); }
};

// When everything below `parent` would have ended, did all below `changed` end at `changed_last`.
int64_t last_of(const TimeTree& tree, int32_t parent, int32_t changed, int64_t changed_last,
                std::vector<int64_t>& new_last) {
  const auto by_start = tree.by_start(parent);
  const auto by_end = tree.by_end(parent);
  Ended ended;
  size_t left = by_end.size();  // those from here on have ended
  const auto end_until = [&](int64_t time) {
    for (; left > 0 && tree.nodes[by_end[left - 1]].last <= time; --left) {
      const TimeTree::Node& node = tree.nodes[by_end[left - 1]];
      if (node.last > node.first) ended.add(node.last, new_last[by_end[left - 1]]);
    }
  };
  int64_t latest = k_never;
  for (const int32_t child : by_start) {
    const TimeTree::Node& node = tree.nodes[child];
    if (node.last <= node.first) continue;
    end_until(node.first);
    const int64_t length = child == changed ? changed_last - node.first : node.last - node.first;
    new_last[child] = ended.moved(node.first) + length;
    latest = std::max(latest, new_last[child]);
  }
  if (parent == tree.session) return latest;
  end_until(tree.nodes[parent].end);
  return std::max(latest, ended.moved(tree.nodes[parent].end));
}

}  // namespace

int64_t time_saved_without(const TimeTree& tree, int32_t span) {
  if (tree.nodes[span].last <= tree.nodes[span].first) return 0;
  std::vector<int64_t> new_last(tree.nodes.size());
  int64_t last = tree.nodes[span].first;
  for (int32_t at = span; at != tree.session; at = tree.nodes[at].parent) {
    if (last >= tree.nodes[at].last) return 0;
    last = last_of(tree, tree.nodes[at].parent, at, last, new_last);
  }
  return std::max<int64_t>(0, tree.wall - last);
}

}  // namespace strobe::analyze
