#include <algorithm>
#include <map>
#include <span>
#include <tuple>

#include "base/arena.h"
#include "context/canonical.h"
#include "context/pack.h"
#include "derive/derive.h"
#include "dialect/dialect.h"
#include "query/query.h"
#include "query/sessions.h"
#include "store/summary.h"

namespace strobe::query {

namespace {

// Fetches what the packed records of one session refer to.
class StoreSource : public context::ReferenceSource {
 public:
  StoreSource(store::Store& store, Arena& arena) : store_(store), arena_(arena) {}
  void set_record(const store::StoredSpan& span) { refs_ = &span.refs; }

  Result<std::string_view> blob(uint64_t number) override { return fetch(TRY(resolve(number))); }
  Result<std::vector<std::string_view>> sequence(uint64_t number) override {
    const uint64_t sequence_number = TRY(resolve(number));
    const auto items = TRY(store_.fetch_sequence(sequence_number));
    std::vector<std::string_view> contents;
    contents.reserve(items.size());
    for (const uint64_t item : items) contents.push_back(TRY(fetch(item)));
    return contents;
  }

 private:
  Result<uint64_t> resolve(uint64_t number) const {
    if (number >= refs_->size()) return fail(ErrorCode::corrupt, "a span refers to a value it does not have");
    return (*refs_)[number];
  }
  Result<std::string_view> fetch(uint64_t blob_number) {
    const auto cached = blobs_.find(blob_number);
    if (cached != blobs_.end()) return cached->second;
    const std::string_view content = arena_.copy(TRY(store_.fetch_blob(blob_number)));
    blobs_.emplace(blob_number, content);
    return content;
  }

  store::Store& store_;
  Arena& arena_;
  const std::vector<uint64_t>* refs_ = nullptr;
  std::unordered_map<uint64_t, std::string_view> blobs_;
};

// Resources and scopes, unpacked once each.
class Origins {
 public:
  Origins(store::Store& store, Arena& arena) : store_(store), arena_(arena) {}
  Result<const RawResource*> resource(uint64_t number) {
    const auto [at, is_new] = resources_.try_emplace(number, nullptr);
    if (is_new) {
      const std::string_view packed = arena_.copy(TRY(store_.fetch_resource(number)));
      at->second = arena_.make<RawResource>(TRY(context::unpack_resource(packed, arena_)));
    }
    return at->second;
  }
  Result<const RawScope*> scope(uint64_t number) {
    const auto [at, is_new] = scopes_.try_emplace(number, nullptr);
    if (is_new) {
      const std::string_view packed = arena_.copy(TRY(store_.fetch_scope(number)));
      at->second = arena_.make<RawScope>(TRY(context::unpack_scope(packed, arena_)));
    }
    return at->second;
  }

 private:
  store::Store& store_;
  Arena& arena_;
  std::map<uint64_t, const RawResource*> resources_;
  std::map<uint64_t, const RawScope*> scopes_;
};

Result<SpanView> load_span(const store::StoredSpan& stored, StoreSource& source, Origins& origins, Content content,
                           Arena& arena) {
  source.set_record(stored);
  const auto fetch =
      content == Content::everything ? context::Fetch::everything : context::Fetch::without_sequences;
  const std::string_view packed = arena.copy(stored.packed);
  RawSpan* raw = arena.make<RawSpan>(TRY(context::unpack_span(packed, source, fetch, arena)));
  raw->resource = TRY(origins.resource(stored.resource));
  raw->scope = TRY(origins.scope(stored.scope));
  SpanView view;
  view.raw = raw;
  view.span = dialect::normalise(*raw, arena);
  // The facts were settled when the span came in, with its whole content at hand.
  view.span.facts = stored.facts;
  for (const Message& message : view.span.output) view.output_messages.push_back(context::message_id(message));
  return view;
}

// Where every stored span stands within its trace, and what each trace contributes to the session.
struct Placement {
  std::vector<derive::Place> places;
  std::vector<size_t> trace_of;
  std::vector<SessionPart> parts;
};

Placement place_spans(std::span<const store::StoredSpan> spans, const SessionId& session) {
  Placement placement{.places = std::vector<derive::Place>(spans.size()), .trace_of = std::vector<size_t>(spans.size())};
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
    if (place.session == session && place.is_llm_call) number_of[{placement.trace_of[i], place.step}] = ++steps;
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

}  // namespace

Result<SessionView> load_session(store::Store& store, const SessionId& id, Content content, TimeNs now) {
  SessionView view;
  view.summary = TRY(session_summary(store, id, now));
  const auto arena = std::make_shared<Arena>(size_t{1} << 20);
  view.memory.push_back(arena);
  // All spans of the traces involved: a span's place depends on its whole trace, also on spans of other sessions.
  auto stored_spans = TRY(store.spans_of_session(id));
  std::sort(stored_spans.begin(), stored_spans.end(), [](const store::StoredSpan& a, const store::StoredSpan& b) {
    return std::tie(a.facts.start, a.facts.trace_id, a.facts.span_id) <
           std::tie(b.facts.start, b.facts.trace_id, b.facts.span_id);
  });
  Placement placement = place_spans(stored_spans, id);
  number_steps_in_session(id, placement);
  refresh_totals(view.summary, placement.parts);
  const std::vector<derive::Place>& places = placement.places;
  StoreSource source(store, *arena);
  Origins origins(store, *arena);
  std::vector<int32_t> index_in_view(stored_spans.size(), -1);
  for (size_t i = 0; i < stored_spans.size(); ++i) {
    const derive::Place& place = places[i];
    if (place.session != id) continue;
    index_in_view[i] = static_cast<int32_t>(view.spans.size());
    SpanView span = TRY(load_span(stored_spans[i], source, origins, content, *arena));
    span.parent_missing = place.parent_missing;
    span.step = place.step;
    span.counted = place.counted;
    span.is_llm_call = place.is_llm_call;
    view.spans.push_back(std::move(span));
  }
  for (size_t i = 0; i < stored_spans.size(); ++i) {
    const int32_t parent = places[i].parent >= 0 ? index_in_view[places[i].parent] : -1;
    if (index_in_view[i] < 0 || parent < 0) continue;
    view.spans[index_in_view[i]].parent = parent;
    view.spans[parent].children.push_back(index_in_view[i]);
  }
  return view;
}

}  // namespace strobe::query
