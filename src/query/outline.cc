#include "query/outline.h"

#include <algorithm>
#include <unordered_map>

#include "query/frame.h"

namespace strobe::query {

namespace {

constexpr size_t k_outlines_max = 64;
// A view of the whole session is made for them, for a moment, out of what the store said.
constexpr size_t k_spans_with_lanes_max = 100'000;
constexpr size_t k_lanes_bytes_max = size_t{192} << 20;
static_assert(k_spans_with_lanes_max * (sizeof(SpanView) + sizeof(store::StoredSpan)) <= k_lanes_bytes_max);

// Lanes alone; what the view's spans carry is not read. A context that the store cannot give back is the business of
// those who ask for contexts: without one there are no lanes.
Result<void> fill_lanes(store::Store& store, SessionFrame frame, SessionOutline& outline) {
  SessionView view;
  view.spans.resize(frame.spans.size());
  for (size_t i = 0; i < frame.spans.size(); ++i) {
    SpanView& span = view.spans[i];
    span.span.facts = std::move(frame.spans[i].facts);
    set_place(span, frame.places[i]);
    span.parent = frame.places[i].parent;
    if (span.parent >= 0) view.spans[span.parent].children.push_back(static_cast<int32_t>(i));
  }
  frame = {};
  const auto loaded = load_lanes(store, view);
  if (!loaded) {
    const ErrorCode code = loaded.error().code;
    if (code == ErrorCode::corrupt || code == ErrorCode::not_found) return {};
    return loaded;
  }
  for (size_t i = 0; i < view.spans.size(); ++i) outline.spans[i].lane = view.spans[i].lane;
  return {};
}

SessionOutline::Span outline_span(const SpanFacts& facts, const derive::Place& place) {
  return {.start = facts.start,
          .end = facts.end,
          .span_id = facts.span_id,
          .duplicate_of = place.duplicate_of,
          .cost_pico_usd = facts.cost_pico_usd,
          .step = place.step,
          .cost_kind = facts.cost_kind,
          .duplicate_how = place.duplicate_how,
          .parent_missing = place.parent_missing,
          .counted = place.counted,
          .is_llm_call = place.is_llm_call};
}

size_t bytes_of(const SessionOutline& outline) {
  return sizeof(outline) + outline.traces.capacity() * sizeof(TraceId) +
         outline.spans.capacity() * sizeof(SessionOutline::Span) +
         outline.recordings.capacity() * sizeof(std::pair<int32_t, int32_t>);
}

}  // namespace

Result<SessionOutline> read_outline(store::Store& store, const SessionId& id) {
  // The status of the session, which the moment decides, is nothing of an outline.
  SessionFrame frame = TRY(load_frame(store, id, TimeNs{}));
  SessionOutline outline;
  std::unordered_map<TraceId, int32_t> trace_numbers;
  outline.spans.reserve(frame.spans.size());
  for (size_t i = 0; i < frame.spans.size(); ++i) {
    store::StoredSpan& stored = frame.spans[i];
    stored.packed = {};
    const auto [trace, is_new] =
        trace_numbers.try_emplace(stored.facts.trace_id, static_cast<int32_t>(outline.traces.size()));
    if (is_new) outline.traces.push_back(stored.facts.trace_id);
    SessionOutline::Span span = outline_span(stored.facts, frame.places[i]);
    span.trace = trace->second;
    span.has_lent_failure = frame.has_lent_failure[i];
    outline.spans.push_back(span);
    for (const int32_t recording : frame.recordings[i]) outline.recordings.emplace_back(i, recording);
  }
  if (outline.spans.size() <= k_spans_with_lanes_max) TRY_VOID(fill_lanes(store, std::move(frame), outline));
  return outline;
}

Result<std::shared_ptr<const SessionOutline>> OutlineCache::outline_of(store::Store& store, const SessionId& id) {
  const uint64_t state = TRY(store.session_state(id));
  if (auto known = find(id, state)) return known;
  const auto outline = std::make_shared<const SessionOutline>(TRY(read_outline(store, id)));
  keep({.id = id, .state = state, .bytes = bytes_of(*outline), .outline = outline});
  return outline;
}

std::shared_ptr<const SessionOutline> OutlineCache::find(const SessionId& id, uint64_t state) {
  MutexLock lock(mutex_);
  const auto found = std::ranges::find(kept_, id, &Kept::id);
  if (found == kept_.end() || found->state != state) return nullptr;
  std::rotate(found, found + 1, kept_.end());
  return kept_.back().outline;
}

void OutlineCache::keep(Kept kept) {
  if (kept.bytes > bytes_max_) return;
  std::vector<Kept> gone;  // freed without the lock
  MutexLock lock(mutex_);
  const auto older = std::ranges::find(kept_, kept.id, &Kept::id);
  if (older != kept_.end()) {
    gone.push_back(std::move(*older));
    kept_.erase(older);
  }
  kept_.push_back(std::move(kept));
  size_t bytes = 0;
  for (const Kept& one : kept_) bytes += one.bytes;
  while (bytes > bytes_max_ || kept_.size() > k_outlines_max) {
    bytes -= kept_.front().bytes;
    gone.push_back(std::move(kept_.front()));
    kept_.erase(kept_.begin());
  }
}

size_t OutlineCache::bytes() const {
  MutexLock lock(mutex_);
  size_t bytes = 0;
  for (const Kept& one : kept_) bytes += one.bytes;
  return bytes;
}

}  // namespace strobe::query
