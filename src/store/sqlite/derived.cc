#include "store/sqlite/derived.h"

#include <algorithm>

#include "store/sqlite/retention.h"
#include "store/sqlite/sessions.h"

namespace strobe::store {

namespace {
// Values of the column is_call.
constexpr int64_t k_no_call = 0;
constexpr int64_t k_own_call = 1;
constexpr int64_t k_duplicate_call = 2;

constexpr size_t k_remembered_max = 20'000;

// The session of most spans, the smaller id among equals: spans in it need no row in place.
std::optional<SessionId> main_session_of(const Store::DerivedTrace& trace) {
  std::map<SessionId, size_t> spans;
  for (const auto& span : trace.spans) ++spans[span.session];
  std::optional<SessionId> main;
  size_t most = 0;
  for (const auto& [id, count] : spans) {
    if (count > most) main = id;
    most = std::max(most, count);
  }
  return main;
}
}  // namespace

Derived::Derived(Core& core, Names& names, Traces& traces)
    : core_(core), names_(names), traces_(traces), read_changes_(k_remembered_max) {}

void Derived::forget() { read_changes_.clear(); }

void Derived::note_read(const TraceId& id, int64_t changes) { read_changes_.remember(id, changes); }

Result<int64_t> Derived::prices_day() {
  auto statement = TRY(core_.sql.use(Sql::prices_day));
  return TRY(statement->step()) ? statement->int64(0) : 0;
}

Result<void> Derived::set_prices_day(int64_t day) {
  auto set = TRY(core_.sql.use(Sql::prices_day_set));
  set->bind_all(day);
  TRY_VOID(set->run());
  return core_.db.execute(
      "UPDATE trace SET dirty_since_ns = heard_of_ns WHERE dirty_since_ns IS NULL AND normaliser <> 2147483647");
}
static_assert(k_normaliser_leaving == 2147483647, "as the statement above says");

Result<bool> Derived::postpone(uint64_t trace) {
  auto statement = TRY(core_.sql.use(Sql::trace_postpone));
  statement->bind_all(trace, core_.clock.now().ns);
  TRY_VOID(statement->run());
  return false;
}

Result<bool> Derived::save(const Store::DerivedTrace& trace) {
  const auto state = TRY(traces_.state(trace.trace_id));
  if (!state) return false;
  const int64_t* changes = read_changes_.find(trace.trace_id);
  const bool has_changed = changes != nullptr && *changes != state->changes;
  if (trace.is_unreadable || has_changed || state->spans != trace.span_count) return postpone(state->number);
  const SessionNumbers sessions = TRY(number_sessions(trace));
  for (const auto& span : trace.spans) {
    if (!sessions.contains(span.session)) return fail(ErrorCode::invalid, "a span is in a session without a part");
  }
  const std::set<uint64_t> touched = TRY(save_parts(state->number, trace.parts, sessions));
  const auto main = main_session_of(trace);
  const uint64_t main_number = main ? sessions.at(*main) : 0;
  TRY_VOID(save_places(state->number, main_number, trace.spans, sessions));
  auto clean = TRY(core_.sql.use(Sql::trace_clean));
  clean->bind_all(state->number);
  if (main_number != 0) clean->bind(2, main_number);
  TRY_VOID(clean->run());
  TRY_VOID(drop_empty(touched));
  return true;
}

Result<Derived::SessionNumbers> Derived::number_sessions(const Store::DerivedTrace& trace) {
  SessionNumbers numbers;
  for (const SessionPart& part : trace.parts) {
    auto find = TRY(core_.sql.use(Sql::session_find));
    find->bind_all(blob_of(part.session));
    uint64_t number = TRY(first_number(std::move(find)));
    if (number == 0) {
      const uint64_t session_namespace = TRY(names_.intern(part.session_namespace));
      const uint64_t key = TRY(names_.intern(part.key));
      auto add = TRY(core_.sql.use(Sql::session_add));
      add->bind_all(blob_of(part.session), session_namespace, key);
      TRY_VOID(add->run());
      number = static_cast<uint64_t>(core_.db.last_insert_rowid());
    }
    numbers.emplace(part.session, number);
  }
  return numbers;
}

Result<std::set<uint64_t>> Derived::save_parts(uint64_t trace, const std::vector<SessionPart>& parts,
                                               const SessionNumbers& sessions) {
  std::set<uint64_t> touched;
  {
    auto before = TRY(core_.sql.use(Sql::part_sessions));
    before->bind_all(trace);
    while (TRY(before->step())) touched.insert(static_cast<uint64_t>(before->int64(0)));
  }
  auto clear = TRY(core_.sql.use(Sql::part_delete));
  clear->bind_all(trace);
  TRY_VOID(clear->run());
  std::set<uint64_t> added;
  for (const SessionPart& part : parts) {
    const uint64_t session = sessions.at(part.session);
    if (!added.insert(session).second) return fail(ErrorCode::invalid, "two parts of one trace for one session");
    TRY_VOID(add_part(trace, session, part));
  }
  touched.merge(added);
  for (const uint64_t session : touched) TRY_VOID(update_start(session));
  return touched;
}

Result<void> Derived::add_part(uint64_t trace, uint64_t session, const SessionPart& part) {
  const uint64_t agent = TRY(names_.intern(part.agent));
  const uint64_t service = TRY(names_.intern(part.service));
  std::set<uint64_t> model_numbers;
  for (const std::string& model : part.models) model_numbers.insert(TRY(names_.intern(model)));
  const std::string models = encode_numbers(model_numbers);
  auto add = TRY(core_.sql.use(Sql::part_add));
  add->bind_all(trace, session, agent, service, sqlite::Text{part.task}, part.start.ns, part.end.ns,
                part.has_ended_root, part.root_status, part.cancelled, part.spans, part.steps, part.llm_calls,
                part.tool_calls, part.errors, sqlite::Text{models}, part.usage.input, part.usage.cache_read,
                part.usage.cache_write, part.usage.output, part.usage.reasoning, part.cost.pico_usd, part.cost.reported,
                part.cost.computed, part.cost.partial, part.cost.unpriced);
  return add->run();
}

Result<void> Derived::update_start(uint64_t session) {
  std::optional<int64_t> start;
  {
    auto statement = TRY(core_.sql.use(Sql::session_start));
    statement->bind_all(session);
    if (TRY(statement->step()) && !statement->is_null(0)) start = statement->int64(0);
  }
  auto update = TRY(core_.sql.use(Sql::session_set_start));
  update->bind_all(session, start);
  return update->run();
}

Result<void> Derived::drop_empty(const std::set<uint64_t>& sessions) {
  for (const uint64_t session : sessions) {
    auto drop = TRY(core_.sql.use(Sql::session_drop));
    drop->bind_all(session);
    TRY_VOID(drop->run());
  }
  return {};
}

Result<std::vector<Derived::PlacedSpan>> Derived::placed_spans(uint64_t trace) {
  auto statement = TRY(core_.sql.use(Sql::span_places));
  statement->bind_all(trace);
  std::vector<PlacedSpan> spans;
  while (TRY(statement->step())) {
    auto& span = spans.emplace_back();
    span.number = static_cast<uint64_t>(statement->int64(0));
    span.id = span_id_of(statement->int64(1));
    if (statement->is_null(2)) continue;
    span.place = Place{.session = static_cast<uint64_t>(statement->int64(2)),
                       .step = statement->int64(3),
                       .counted = statement->int64(4) != 0,
                       .call = statement->is_null(5) ? std::nullopt : std::optional(statement->int64(5)),
                       .cost_kind = static_cast<CostKind>(statement->int64(6)),
                       .cost_pico_usd = statement->int64(7)};
  }
  return spans;
}

// Only what differs is written: a long trace is derived again and again while it grows.
Result<void> Derived::save_places(uint64_t trace, uint64_t main_session, const std::vector<Store::DerivedSpan>& spans,
                                  const SessionNumbers& sessions) {
  std::map<SpanId, Place> wanted;
  const Place usual{.session = main_session, .call = k_no_call};
  for (const auto& span : spans) {
    const Place place{.session = sessions.at(span.session),
                      .step = span.step,
                      .counted = span.counted,
                      .call = span.is_duplicate ? k_duplicate_call
                              : span.is_call    ? k_own_call
                                                : k_no_call,
                      .cost_kind = span.cost_kind,
                      .cost_pico_usd = span.cost_pico_usd};
    if (place != usual) wanted.emplace(span.span_id, place);
  }
  for (const PlacedSpan& span : TRY(placed_spans(trace))) {
    const auto found = wanted.find(span.id);
    const auto place = found == wanted.end() ? std::nullopt : std::optional(found->second);
    if (place == span.place) continue;
    auto statement = TRY(core_.sql.use(place ? Sql::place_set : Sql::place_clear));
    statement->bind(1, span.number);
    if (place) {
      statement->bind(2, place->session);
      statement->bind(3, place->step);
      statement->bind(4, place->counted);
      statement->bind(5, place->call.value_or(k_no_call));
      if (place->cost_kind != CostKind::unpriced) {
        statement->bind(6, place->cost_kind);
        statement->bind(7, place->cost_pico_usd);
      }
    }
    TRY_VOID(statement->run());
  }
  return {};
}

}  // namespace strobe::store
