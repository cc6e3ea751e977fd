#include "analyze/hotspots.h"

#include <algorithm>

#include "analyze/self_time.h"

namespace strobe::analyze {

namespace {

template <typename Value>
std::vector<int32_t> greatest(size_t spans, size_t top, Value value) {
  std::vector<int32_t> list;
  for (size_t i = 0; i < spans; ++i) {
    if (value(static_cast<int32_t>(i)) > 0) list.push_back(static_cast<int32_t>(i));
  }
  const auto middle = list.begin() + static_cast<std::ptrdiff_t>(std::min(top, list.size()));
  std::partial_sort(list.begin(), middle, list.end(), [&](int32_t a, int32_t b) {
    const int64_t value_a = value(a), value_b = value(b);
    return value_a != value_b ? value_a > value_b : a < b;
  });
  list.erase(middle, list.end());
  return list;
}

}  // namespace

int64_t counted_tokens(const SpanView& span) { return span.counted ? span.span.facts.usage.total() : 0; }

Hotspots hotspots_of(const SessionView& session, const TimeTree& tree, size_t top) {
  Hotspots hotspots;
  const size_t spans = session.spans.size();
  hotspots.self_ns = self_times_of(tree);
  const auto facts = [&](int32_t span) -> const SpanFacts& { return session.spans[span].span.facts; };
  hotspots.by_self = greatest(spans, top, [&](int32_t span) { return hotspots.self_ns[span]; });
  hotspots.by_duration = greatest(spans, top, [&](int32_t span) { return facts(span).duration().ns; });
  hotspots.by_tokens = greatest(spans, top, [&](int32_t span) { return counted_tokens(session.spans[span]); });
  hotspots.by_cost =
      greatest(spans, top, [&](int32_t span) { return session.spans[span].counted ? facts(span).cost_pico_usd : 0; });
  return hotspots;
}

}  // namespace strobe::analyze
