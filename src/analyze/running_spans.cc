#include "analyze/running_spans.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace strobe::analyze {

RunningSpans::RunningSpans(const TimeTree& tree) : width_(std::bit_ceil(tree.nodes.size())) {
  const size_t count = tree.nodes.size();
  greatest_.assign(2 * width_, -1);
  std::vector<int32_t> size(count, 1);
  for (size_t i = count; i > 1; --i) size[tree.nodes[tree.order[i - 1]].parent] += size[tree.order[i - 1]];
  place_.assign(count, 0);
  last_place_.assign(count, 0);
  at_place_.assign(count, 0);
  std::vector<int32_t> next(count, 0);  // for the next child
  for (const int32_t node : tree.order) {
    if (node != tree.session) {
      int32_t& free = next[tree.nodes[node].parent];
      place_[node] = std::exchange(free, free + size[node]);
    }
    next[node] = place_[node] + 1;
    last_place_[node] = place_[node] + size[node] - 1;
    at_place_[place_[node]] = node;
  }
}

int32_t RunningSpans::nearest(int32_t node) const {
  const int32_t place = last_with(place_[node], place_[node]);
  return place < 0 ? -1 : at_place_[place];
}

void RunningSpans::set(int32_t place, int32_t last_place) {
  size_t at = static_cast<size_t>(place) + width_;
  greatest_[at] = last_place;
  for (at /= 2; at > 0; at /= 2) greatest_[at] = std::max(greatest_[2 * at], greatest_[2 * at + 1]);
}

int32_t RunningSpans::last_with(int32_t place, int32_t least) const {
  size_t at = static_cast<size_t>(place) + width_;
  while (greatest_[at] < least) {
    while (at % 2 == 0) at /= 2;  // the first of its block: there is nothing before it there
    if (at <= 1) return -1;
    --at;
  }
  while (at < width_) at = greatest_[2 * at + 1] >= least ? 2 * at + 1 : 2 * at;
  return static_cast<int32_t>(at - width_);
}

}  // namespace strobe::analyze
