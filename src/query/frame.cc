#include "query/frame.h"

#include <algorithm>
#include <map>
#include <span>
#include <tuple>
#include <unordered_map>

#include "query/lend.h"
#include "query/sessions.h"
#include "store/summary.h"

namespace strobe::query {

namespace {

// Where every stored span stands within its trace, and what each trace contributes to the session.
struct Placement {
  std::vector<derive::Place> places;
  std::vector<size_t> trace_of;
  std::vector<SessionPart> parts;
};

Placement place_spans(std::span<const store::StoredSpan> spans, const SessionId& session) {
  Placement placement{.places = std::vector<derive::Place>(spans.size()),
                      .trace_of = std::vector<size_t>(spans.size())};
  std::vector<std::vector<int32_t>> traces;
  std::unordered_map<TraceId, size_t> trace_at;
  for (size_t i = 0; i < spans.size(); ++i) {
    const auto [at, is_new] = trace_at.try_emplace(spans[i].facts.trace_id, traces.size());
    if (is_new) traces.emplace_back();
    traces[at->second].push_back(static_cast<int32_t>(i));
    placement.trace_of[i] = at->second;
  }
  for (const std::vector<int32_t>& members : traces) {
    std::vector<SpanFacts> facts;
    facts.reserve(members.size());
    for (const int32_t i : members) facts.push_back(spans[i].facts);
    auto derivation = derive::derive_trace(facts);
    for (size_t m = 0; m < members.size(); ++m) {
      derive::Place place = derivation.places[m];
      if (place.parent >= 0) place.parent = members[place.parent];
      placement.places[members[m]] = place;
    }
    for (SessionPart& part : derivation.parts) {
      if (part.session == session) placement.parts.push_back(std::move(part));
    }
  }
  return placement;
}

// Steps are numbered by the start of their LLM call through the whole session, whichever trace it is in. `spans` are in
// that order.
void number_steps_in_session(const SessionId& session, Placement& placement) {
  std::map<std::pair<size_t, int32_t>, int32_t> number_of;  // by trace and step within it
  int32_t steps = 0;
  for (size_t i = 0; i < placement.places.size(); ++i) {
    const derive::Place& place = placement.places[i];
    if (place.session == session && place.is_llm_call && place.step > 0) {
      number_of[{placement.trace_of[i], place.step}] = ++steps;
    }
  }
  for (size_t i = 0; i < placement.places.size(); ++i) {
    derive::Place& place = placement.places[i];
    if (place.session == session && place.step > 0) place.step = number_of[{placement.trace_of[i], place.step}];
  }
}

// The totals of the very spans that are shown: what the store has added up may be a moment older.
void refresh_totals(SessionSummary& summary, const std::vector<SessionPart>& parts) {
  if (parts.empty()) return;
  SessionSummary fresh = store::summarise(parts).summary;
  fresh.status = summary.status;
  fresh.task = summary.task;
  summary = std::move(fresh);
}

// Leaves out the spans of other sessions, which were only there to tell the places of ours.
void keep_own(const SessionId& id, std::vector<store::StoredSpan> stored, const Placement& placement,
              SessionFrame& frame) {
  std::vector<int32_t> index_of(stored.size(), -1);
  for (size_t i = 0; i < stored.size(); ++i) {
    if (placement.places[i].session != id) continue;
    index_of[i] = static_cast<int32_t>(frame.spans.size());
    frame.spans.push_back(std::move(stored[i]));
    frame.places.push_back(placement.places[i]);
    // What derivation knows of costs holds for everything that shows a span.
    frame.spans.back().facts.cost_kind = placement.places[i].cost_kind;
    frame.spans.back().facts.cost_pico_usd = placement.places[i].cost_pico_usd;
  }
  for (derive::Place& place : frame.places) place.parent = place.parent >= 0 ? index_of[place.parent] : -1;
}

}  // namespace

Result<SessionFrame> load_frame(store::Store& store, const SessionId& id, TimeNs now) {
  SessionFrame frame;
  frame.summary = TRY(session_summary(store, id, now));
  // All spans of the traces involved: a span's place depends on its whole trace, also on spans of other sessions.
  auto stored = TRY(store.spans_of_session(id));
  std::sort(stored.begin(), stored.end(), [](const store::StoredSpan& a, const store::StoredSpan& b) {
    return std::tie(a.facts.start, a.facts.trace_id, a.facts.span_id) <
           std::tie(b.facts.start, b.facts.trace_id, b.facts.span_id);
  });
  Placement placement = place_spans(stored, id);
  number_steps_in_session(id, placement);
  refresh_totals(frame.summary, placement.parts);
  keep_own(id, std::move(stored), placement, frame);
  frame.recordings = recordings_of_tools(frame);
  lend_failures(frame.recordings, frame);
  return frame;
}

namespace {

// What places and outlines call by the same names.
template <typename Place>
void take_place(SpanView& view, const Place& place) {
  view.parent_missing = place.parent_missing;
  view.step = place.step;
  view.counted = place.counted;
  view.is_llm_call = place.is_llm_call;
  view.duplicate_of = place.duplicate_of;
  view.duplicate_how = place.duplicate_how;
}

}  // namespace

void set_place(SpanView& view, const derive::Place& place) { take_place(view, place); }

void set_place(SpanView& view, const SessionOutline::Span& place) {
  take_place(view, place);
  view.lane = place.lane;
}

}  // namespace strobe::query
