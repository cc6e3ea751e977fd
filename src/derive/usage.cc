#include "derive/usage.h"

#include <algorithm>
#include <limits>

namespace strobe::derive {

namespace {

void take_reported_costs(std::span<const SpanFacts> spans, const Tree& tree, const Recordings& recordings,
                         std::span<Place> places) {
  for (size_t i = 0; i < spans.size(); ++i) {
    places[i].cost_kind = spans[i].cost_kind;
    places[i].cost_pico_usd = spans[i].cost_pico_usd;
  }
  // From the outside in: the nearest that tells it is the last to say so.
  for (const int32_t i : tree.top_down) {
    const int32_t speaker = recordings.speaker[i];
    if (speaker == i || spans[i].cost_kind == CostKind::unpriced || recordings.wrapped[i] > 1) continue;
    if (spans[speaker].cost_kind != CostKind::unpriced) continue;
    places[speaker].cost_kind = spans[i].cost_kind;
    places[speaker].cost_pico_usd = spans[i].cost_pico_usd;
  }
}

void tell_recordings(std::span<const SpanFacts> spans, const Recordings& recordings, std::span<Place> places) {
  for (size_t i = 0; i < spans.size(); ++i) {
    const auto span = static_cast<int32_t>(i);
    Place& place = places[i];
    if (!recordings.speaks(span)) {
      place.duplicate_of = spans[recordings.speaker[i]].span_id;
      place.duplicate_how = recordings.how[i];
    }
    place.is_call = is_call(spans[i]) && recordings.speaks(span) && !recordings.is_sum[i];
    place.is_llm_call = place.is_call && spans[i].kind == Kind::llm;
    place.is_tool_call = spans[i].kind == Kind::tool && recordings.speaks(span);
  }
}

// More than all tokens of a trace, and twice it still fits.
constexpr int64_t k_sum_max = std::numeric_limits<int64_t>::max() / 4;

// Counts calls and, where no call below tells its tokens, sums: of sums inside each other the outer one, unless those
// inside it know of more. Gives back the sums that are counted, by start.
std::vector<int32_t> count(std::span<const SpanFacts> spans, const Tree& tree, const Recordings& recordings,
                           std::span<Place> places) {
  std::vector<bool> is_counted_sum(spans.size(), false);
  std::vector<bool> told_below(spans.size(), false);  // calls have told their tokens, here or in another recording
  std::vector<int64_t> sums_below(spans.size(), 0);
  for (auto it = tree.top_down.rbegin(); it != tree.top_down.rend(); ++it) {
    const int32_t i = *it;
    bool is_told = told_below[i];
    int64_t sum = sums_below[i];
    if (places[i].is_call) {
      places[i].counted = spans[i].has_usage || places[i].cost_kind != CostKind::unpriced;
      is_told = is_told || places[i].counted;
    } else if (recordings.speaks(i)) {
      const int64_t own = std::min(spans[i].usage.total(), k_sum_max);
      is_counted_sum[i] = spans[i].has_usage && !is_told && own >= sum;
      if (is_counted_sum[i]) sum = own;
    } else {
      const int32_t speaker = recordings.speaker[i];
      is_told = is_told || (spans[speaker].has_usage && is_call(spans[speaker]));
    }
    const int32_t parent = places[i].parent;
    if (parent < 0) continue;
    told_below[parent] = told_below[parent] || is_told;
    sums_below[parent] = std::min(sums_below[parent] + sum, k_sum_max);
  }
  std::vector<bool> is_inside_sum(spans.size(), false);
  for (const int32_t i : tree.top_down) {
    const int32_t parent = places[i].parent;
    is_inside_sum[i] = parent >= 0 && (is_inside_sum[parent] || is_counted_sum[parent]);
  }
  std::vector<int32_t> sums;
  for (const int32_t i : tree.by_start) {
    if (!is_counted_sum[i] || is_inside_sum[i]) continue;
    places[i].counted = true;
    sums.push_back(i);
  }
  return sums;
}

}  // namespace

void count_leaves(std::span<const SpanFacts> spans, const Tree& tree, Recordings& recordings, std::span<Place> places) {
  take_reported_costs(spans, tree, recordings, places);
  tell_recordings(spans, recordings, places);
  const std::vector<int32_t> sums = count(spans, tree, recordings, places);
  match_twin_sums(spans, tree, sums, recordings);
  for (const int32_t i : sums) {
    if (recordings.speaks(i)) continue;
    places[i].counted = false;
    places[i].duplicate_of = spans[last_speaker(recordings.speaker, i)].span_id;
    places[i].duplicate_how = recordings.how[i];
  }
}

}  // namespace strobe::derive
