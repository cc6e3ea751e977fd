#include "query/window.h"

#include <algorithm>

#include "base/whole_number.h"
#include "query/frame.h"
#include "query/lend.h"
#include "query/span_loader.h"

namespace strobe::query {

namespace {

// "1700000000000000000-<trace id>-<span id>"
std::string cursor_of(const SpanFacts& facts) {
  return std::to_string(facts.start.ns) + '-' + facts.trace_id.hex() + '-' + facts.span_id.hex();
}

bool is_under_way(const SessionOutline::Span& span, const WindowRequest& request) {
  if (request.to && span.start >= *request.to) return false;
  // A span without an end, or with one before its start, is a moment.
  const TimeNs end = span.end < span.start ? span.start : span.end;
  return !request.from || end > *request.from || span.start >= *request.from;
}

// Spans of an outline, one by one, as a whole session would have them.
class OutlinedSpans {
 public:
  OutlinedSpans(store::Store& store, const SessionOutline& outline, Arena& arena)
      : store_(store), outline_(outline), loader_(store, arena) {}

  Result<SpanView> load(size_t index) {
    SpanView view = TRY(load_alone(index));
    // They may well lie outside the window.
    const auto first = std::ranges::lower_bound(outline_.recordings, std::pair(static_cast<int32_t>(index), 0));
    for (auto at = first; at != outline_.recordings.end() && at->first == static_cast<int32_t>(index); ++at) {
      if (!lacks_content(view)) break;
      lend_content(TRY(load_alone(at->second)), view);
    }
    return view;
  }
  size_t fetched_bytes() const { return loader_.fetched_bytes(); }

 private:
  Result<SpanView> load_alone(size_t index) {
    const SessionOutline::Span& outlined = outline_.spans[index];
    auto stored = TRY(store_.span(outline_.traces[outlined.trace], outlined.span_id));
    if (!stored) return fail(ErrorCode::corrupt, "span " + outlined.span_id.hex() + " is and is not in the store");
    SpanFacts& facts = stored->facts;
    facts.cost_kind = outlined.cost_kind;
    facts.cost_pico_usd = outlined.cost_pico_usd;
    if (outlined.has_lent_failure) lend_failure(facts);
    // Not from the outline: it may be older than the log records.
    SpanView view = TRY(loader_.load(*stored, Content::without_sequences, SpanLoader::Logs::by_span));
    set_place(view, outlined);
    return view;
  }

  store::Store& store_;
  const SessionOutline& outline_;
  SpanLoader loader_;
};

}  // namespace

Result<SpanPosition> decode_span_cursor(std::string_view cursor) {
  const auto bad = [] {
    return fail(ErrorCode::invalid, "this is no cursor of a list of spans", "use next_cursor of the page before");
  };
  constexpr size_t k_ids_size = 1 + TraceId::k_size * 2 + 1 + SpanId::k_size * 2;
  if (cursor.size() <= k_ids_size) return bad();
  const std::string_view start = cursor.substr(0, cursor.size() - k_ids_size);
  const std::string_view ids = cursor.substr(start.size());
  const auto trace = TraceId::from_hex(ids.substr(1, TraceId::k_size * 2));
  const auto span = SpanId::from_hex(ids.substr(ids.size() - SpanId::k_size * 2));
  const auto time_ns = whole_number<int64_t>(start);
  if (!trace || !span || !time_ns) return bad();
  if (ids.front() != '-' || ids[1 + TraceId::k_size * 2] != '-') return bad();
  return SpanPosition{TimeNs{*time_ns}, *trace, *span};
}

Result<SpanWindow> load_window(store::Store& store, const SessionOutline& outline, const WindowRequest& request) {
  const auto position_of = [&](const SessionOutline::Span& span) {
    return SpanPosition{span.start, outline.traces[span.trace], span.span_id};
  };
  auto at = outline.spans.begin();
  if (request.after) at = std::ranges::upper_bound(outline.spans, *request.after, {}, position_of);
  SpanWindow window{.spans = {}, .next = {}, .memory = std::make_shared<Arena>(size_t{1} << 16)};
  OutlinedSpans spans(store, outline, *window.memory);
  const size_t limit = std::max<size_t>(request.limit, 1);
  for (; at != outline.spans.end(); ++at) {
    if (request.to && at->start >= *request.to) break;
    if (!is_under_way(*at, request)) continue;
    if (window.spans.size() >= limit || (!window.spans.empty() && spans.fetched_bytes() >= request.bytes_max)) {
      window.next = cursor_of(window.spans.back().span.facts);
      break;
    }
    window.spans.push_back(TRY(spans.load(static_cast<size_t>(at - outline.spans.begin()))));
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
  const auto stored = TRY(store.span(trace, span));
  if (!stored) return fail(ErrorCode::not_found, "no span " + span.hex() + " in trace " + trace.hex());
  WholeSpan whole{.view = {}, .memory = std::make_shared<Arena>(size_t{1} << 16)};
  SpanLoader loader(store, *whole.memory);
  whole.view = TRY(loader.load(*stored, Content::everything, SpanLoader::Logs::by_span));
  return whole;
}

}  // namespace strobe::query
