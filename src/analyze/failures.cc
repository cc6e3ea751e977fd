#include "analyze/failures.h"

#include <algorithm>
#include <limits>
#include <tuple>
#include <utility>

#include "analyze/shape.h"

namespace strobe::analyze {

namespace {

// Those above first; spans that lead back to themselves are in none.
std::vector<int32_t> top_down(const std::vector<SpanView>& spans) {
  std::vector<int32_t> order;
  order.reserve(spans.size());
  for (size_t i = 0; i < spans.size(); ++i) {
    if (spans[i].parent < 0) order.push_back(static_cast<int32_t>(i));
  }
  for (size_t next = 0; next < order.size(); ++next) {
    const std::vector<int32_t>& children = spans[order[next]].children;
    order.insert(order.end(), children.begin(), children.end());
  }
  return order;
}

// What never ended ends last, as where the session's errors are counted (derive::end_of).
TimeNs last_moment_of(const SpanView& span) {
  return span.span.facts.end.ns == 0 ? TimeNs{std::numeric_limits<int64_t>::max()} : end_of(span);
}

// For each span whether what ended last below it failed.
std::vector<bool> last_below_failed(const std::vector<SpanView>& spans) {
  std::vector<int32_t> last(spans.size(), -1);
  std::vector<bool> failed(spans.size());
  const auto key = [&](int32_t i) { return std::pair(last_moment_of(spans[i]), spans[i].span.facts.span_id); };
  const std::vector<int32_t> order = top_down(spans);
  for (auto it = order.rbegin(); it != order.rend(); ++it) {
    if (last[*it] >= 0) failed[*it] = has_failed(spans[last[*it]]) || failed[last[*it]];
    const int32_t parent = spans[*it].parent;
    if (parent >= 0 && (last[parent] < 0 || key(last[parent]) < key(*it))) last[parent] = *it;
  }
  return failed;
}

bool is_recording(const SpanView& span) {
  return span.duplicate_how != SameCall::no && span.duplicate_how != SameCall::nested;
}

// Failed spans, by id: the ones that may speak for failed recordings.
class FailedIds {
 public:
  FailedIds() = default;
  explicit FailedIds(const std::vector<SpanView>& spans) {
    for (const SpanView& span : spans) {
      if (has_failed(span)) ids_.emplace_back(span.span.facts.trace_id, span.span.facts.span_id);
    }
    std::ranges::sort(ids_);
  }
  bool contains(const TraceId& trace, const SpanId& span) const {
    return std::ranges::binary_search(ids_, std::pair(trace, span));
  }

 private:
  std::vector<std::pair<TraceId, SpanId>> ids_;
};

}  // namespace

std::vector<int32_t> failures_of(const SessionView& session) {
  const std::vector<SpanView>& spans = session.spans;
  std::vector<int32_t> failures;
  std::vector<int32_t> runs;
  if (std::ranges::none_of(spans, has_failed)) return failures;
  const std::vector<bool> is_repeated = last_below_failed(spans);
  const bool has_recordings =
      std::ranges::any_of(spans, [](const SpanView& span) { return has_failed(span) && is_recording(span); });
  const FailedIds failed = has_recordings ? FailedIds(spans) : FailedIds();
  for (size_t i = 0; i < spans.size(); ++i) {
    const SpanView& span = spans[i];
    if (!has_failed(span) || is_repeated[i]) continue;
    if (std::ranges::any_of(span.children, [&](int32_t child) { return has_failed(spans[child]); })) continue;
    if (is_recording(span) && failed.contains(span.span.facts.trace_id, span.duplicate_of)) continue;
    (span.span.facts.kind == Kind::run ? runs : failures).push_back(static_cast<int32_t>(i));
  }
  return failures.empty() ? runs : failures;
}

}  // namespace strobe::analyze
