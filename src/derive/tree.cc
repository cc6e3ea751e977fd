#include "derive/tree.h"

#include <algorithm>
#include <numeric>
#include <unordered_map>

#include "base/assert.h"

namespace strobe::derive {

namespace {

void find_parents(std::span<const SpanFacts> spans, std::span<Place> places) {
  std::unordered_map<SpanId, int32_t> index_of;
  index_of.reserve(spans.size());
  for (size_t i = 0; i < spans.size(); ++i) index_of.emplace(spans[i].span_id, static_cast<int32_t>(i));
  STROBE_ASSERT(index_of.size() == spans.size());
  for (size_t i = 0; i < spans.size(); ++i) {
    if (spans[i].parent_span_id.is_zero()) continue;
    const auto found = index_of.find(spans[i].parent_span_id);
    if (found == index_of.end()) {
      places[i].parent_missing = true;
    } else {
      places[i].parent = found->second;
    }
  }
}

// Follows parents from every span once; a walk that meets itself has found a cycle, which is cut above its smallest
// span id, wherever the walk happened to enter it.
void cut_cycles(std::span<const SpanFacts> spans, std::span<Place> places) {
  enum : uint8_t { unseen, on_walk, done };
  std::vector<uint8_t> state(spans.size(), unseen);
  std::vector<int32_t> walk;
  for (size_t first = 0; first < spans.size(); ++first) {
    walk.clear();
    auto at = static_cast<int32_t>(first);
    while (at >= 0 && state[at] == unseen) {
      state[at] = on_walk;
      walk.push_back(at);
      at = places[at].parent;
    }
    if (at >= 0 && state[at] == on_walk) {
      const auto cycle_begin = std::find(walk.begin(), walk.end(), at);
      const auto smallest = std::min_element(cycle_begin, walk.end(),
                                             [&](int32_t a, int32_t b) { return spans[a].span_id < spans[b].span_id; });
      places[*smallest].parent = -1;
      places[*smallest].cycle_cut = true;
    }
    for (const int32_t visited : walk) state[visited] = done;
  }
}

}  // namespace

Tree link_parents(std::span<const SpanFacts> spans, std::span<Place> places) {
  find_parents(spans, places);
  cut_cycles(spans, places);
  Tree tree;
  tree.parent.reserve(places.size());
  for (const Place& place : places) tree.parent.push_back(place.parent);
  tree.by_start.resize(spans.size());
  std::iota(tree.by_start.begin(), tree.by_start.end(), 0);
  std::sort(tree.by_start.begin(), tree.by_start.end(), [&](int32_t a, int32_t b) {
    return std::pair(spans[a].start, spans[a].span_id) < std::pair(spans[b].start, spans[b].span_id);
  });
  // Children in start order, as one array with offsets: no allocation per span.
  std::vector<int32_t> child_count(spans.size() + 1, 0);
  for (const Place& place : places) ++child_count[place.parent + 1];
  std::vector<int32_t> offset(spans.size() + 2, 0);
  for (size_t i = 0; i <= spans.size(); ++i) offset[i + 1] = offset[i] + child_count[i];
  std::vector<int32_t> children(spans.size());
  std::vector<int32_t> fill(offset.begin(), offset.end() - 1);
  for (const int32_t i : tree.by_start) children[fill[places[i].parent + 1]++] = i;

  std::vector<int32_t> stack(children.rend() - offset[1], children.rend());
  tree.top_down.reserve(spans.size());
  while (!stack.empty()) {
    const int32_t at = stack.back();
    stack.pop_back();
    tree.top_down.push_back(at);
    for (int32_t c = offset[at + 2]; c > offset[at + 1]; --c) stack.push_back(children[c - 1]);
  }
  STROBE_ASSERT(tree.top_down.size() == spans.size());
  return tree;
}

}  // namespace strobe::derive
