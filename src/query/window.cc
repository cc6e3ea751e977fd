#include "query/window.h"

#include <charconv>
#include <tuple>

#include "query/frame.h"
#include "query/lend.h"
#include "query/span_loader.h"

namespace strobe::query {

namespace {

// Where a span stands in the order of a session.
using Position = std::tuple<TimeNs, TraceId, SpanId>;

Position position_of(const SpanFacts& facts) { return {facts.start, facts.trace_id, facts.span_id}; }

// "1700000000000000000-<trace id>-<span id>"
std::string cursor_of(const SpanFacts& facts) {
  return std::to_string(facts.start.ns) + '-' + facts.trace_id.hex() + '-' + facts.span_id.hex();
}

Result<Position> position_of_cursor(std::string_view cursor) {
  const auto bad = [] {
    return fail(ErrorCode::invalid, "this is no cursor of a list of spans", "use next_cursor of the page before");
  };
  constexpr size_t k_ids_size = 1 + TraceId::k_size * 2 + 1 + SpanId::k_size * 2;
  if (cursor.size() <= k_ids_size) return bad();
  const std::string_view start = cursor.substr(0, cursor.size() - k_ids_size);
  const std::string_view ids = cursor.substr(start.size());
  const auto trace = TraceId::from_hex(ids.substr(1, TraceId::k_size * 2));
  const auto span = SpanId::from_hex(ids.substr(ids.size() - SpanId::k_size * 2));
  TimeNs time;
  const auto [end, error] = std::from_chars(start.data(), start.data() + start.size(), time.ns);
  if (!trace || !span || error != std::errc() || end != start.data() + start.size()) return bad();
  if (ids.front() != '-' || ids[1 + TraceId::k_size * 2] != '-') return bad();
  return Position{time, *trace, *span};
}

bool is_under_way(const SpanFacts& facts, const WindowRequest& request) {
  if (request.to && facts.start >= *request.to) return false;
  // A span without an end, or with one before its start, is a moment.
  const TimeNs end = facts.end < facts.start ? facts.start : facts.end;
  return !request.from || end > *request.from || facts.start >= *request.from;
}

}  // namespace

Result<SpanWindow> load_window(store::Store& store, const SessionId& id, const WindowRequest& request, TimeNs now) {
  std::optional<Position> after;
  if (!request.after.empty()) after = TRY(position_of_cursor(request.after));
  SessionFrame frame = TRY(load_frame(store, id, now));
  SpanWindow window{.summary = std::move(frame.summary), .memory = std::make_shared<Arena>(size_t{1} << 16)};
  SpanLoader loader(store, *window.memory);
  const size_t limit = std::max<size_t>(request.limit, 1);
  for (size_t i = 0; i < frame.spans.size(); ++i) {
    const SpanFacts& facts = frame.spans[i].facts;
    if (request.to && facts.start >= *request.to) break;
    if ((after && position_of(facts) <= *after) || !is_under_way(facts, request)) continue;
    if (window.spans.size() >= limit || (!window.spans.empty() && loader.fetched_bytes() >= request.bytes_max)) {
      window.next = cursor_of(window.spans.back().span.facts);
      break;
    }
    SpanView view = TRY(loader.load(frame.spans[i], Content::without_sequences));
    set_place(view, frame.places[i]);
    // They may well lie outside.
    for (const int32_t recording : frame.recordings[i]) {
      if (!lacks_content(view)) break;
      lend_content(TRY(loader.load(frame.spans[recording], Content::without_sequences)), view);
    }
    window.spans.push_back(std::move(view));
  }
  return window;
}

Result<SessionView> load_calls(store::Store& store, const SessionId& id, TimeNs now) {
  SessionFrame frame = TRY(load_frame(store, id, now));
  SessionView view;
  view.summary = std::move(frame.summary);
  const auto arena = std::make_shared<Arena>(size_t{1} << 20);
  view.memory.push_back(arena);
  SpanLoader loader(store, *arena);
  view.spans.reserve(frame.spans.size());
  for (size_t i = 0; i < frame.spans.size(); ++i) {
    SpanView span;
    if (frame.places[i].is_llm_call) {
      span = TRY(loader.load(frame.spans[i], Content::without_sequences));
    } else {
      span.span.facts = std::move(frame.spans[i].facts);
    }
    set_place(span, frame.places[i]);
    view.spans.push_back(std::move(span));
  }
  return view;
}

Result<WholeSpan> load_whole_span(store::Store& store, const TraceId& trace, const SpanId& span) {
  for (const store::StoredSpan& stored : TRY(store.spans_of_trace(trace))) {
    if (stored.facts.span_id != span) continue;
    WholeSpan whole{.memory = std::make_shared<Arena>(size_t{1} << 16)};
    SpanLoader loader(store, *whole.memory);
    whole.view = TRY(loader.load(stored, Content::everything));
    return whole;
  }
  return fail(ErrorCode::not_found, "no span " + span.hex() + " in trace " + trace.hex());
}

}  // namespace strobe::query
