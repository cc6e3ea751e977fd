#pragma once

#include <map>
#include <optional>
#include <set>
#include <vector>

#include "base/result.h"
#include "store/sqlite/core.h"
#include "store/sqlite/hint_map.h"
#include "store/sqlite/names.h"
#include "store/sqlite/traces.h"
#include "store/store.h"

namespace strobe::store {

// Writes what derivation made of traces: parts of sessions and the places of spans. The caller holds a write
// transaction.
class Derived {
 public:
  Derived(Core& core, Names& names, Traces& traces);
  void forget();

  // Remembers in what state a trace's facts were read, so that a change that leaves the number of spans alone (a span
  // was replaced) is noticed as well.
  void note_read(const TraceId& id, int64_t changes);
  // Of which day the prices are that traces were derived with; 0: none yet. Setting it makes all traces dirty.
  Result<int64_t> prices_day();
  Result<void> set_prices_day(int64_t day);
  // False: the trace has changed since, or is unreadable. It stays dirty, behind all others, so that it cannot keep
  // them waiting.
  Result<bool> save(const Store::DerivedTrace& trace);

 private:
  struct Place {
    uint64_t session = 0;
    int64_t step = 0;
    bool counted = false;
    std::optional<int64_t> call;              // k_no_call and so on; nothing: written before there was the column
    CostKind cost_kind = CostKind::unpriced;  // unpriced: as the span itself says
    int64_t cost_pico_usd = 0;
    bool operator==(const Place&) const = default;
  };
  struct PlacedSpan {
    uint64_t number = 0;
    SpanId id;
    std::optional<Place> place;
  };
  using SessionNumbers = std::map<SessionId, uint64_t>;

  Result<bool> postpone(uint64_t trace);
  Result<SessionNumbers> number_sessions(const Store::DerivedTrace& trace);
  // Gives back the sessions that the trace was part of, or is.
  Result<std::set<uint64_t>> save_parts(uint64_t trace, const std::vector<SessionPart>& parts,
                                        const SessionNumbers& sessions);
  Result<void> add_part(uint64_t trace, uint64_t session, const SessionPart& part);
  Result<void> save_places(uint64_t trace, uint64_t main_session, const std::vector<Store::DerivedSpan>& spans,
                           const SessionNumbers& sessions);
  Result<std::vector<PlacedSpan>> placed_spans(uint64_t trace);
  Result<void> update_start(uint64_t session);
  // Those that have lost their last part: a span that came first names another session than the trace in the end.
  Result<void> drop_empty(const std::set<uint64_t>& sessions);

  Core& core_;
  Names& names_;
  Traces& traces_;
  HintMap<std::map<TraceId, int64_t>> read_changes_;
};

}  // namespace strobe::store
