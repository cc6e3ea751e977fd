#include "store/sqlite/signal_reader.h"
#include "store/sqlite/sqlite_store_class.h"
#include "store/sqlite/stats.h"
#include "store/sqlite/trace_list.h"

// Lists and sums.

namespace strobe::store {

using sqlite::TransactionKind;

Result<SessionMatch> SqliteStore::match_of(const Filter& filter) {
  std::optional<std::vector<uint64_t>> with_text;
  if (!filter.search.empty()) with_text = TRY(search_.sessions_with(filter.search));
  return SessionMatch::make(core_, names_, sessions_, filter, std::move(with_text));
}

Result<std::vector<TraceRow>> SqliteStore::traces(const TraceFilter& filter) {
  const auto snapshot = TRY(begin(TransactionKind::read));
  auto match = TRY(match_of(filter.filter));
  return TraceList(core_, names_).list(filter, match);
}

Result<std::vector<MetricPointRow>> SqliteStore::metric_points(const MetricFilter& filter) {
  const auto snapshot = TRY(begin(TransactionKind::read));
  return SignalReader(core_, names_).points(filter);
}

Result<std::vector<StoredLog>> SqliteStore::logs_of_trace(const TraceId& trace) {
  const auto snapshot = TRY(begin(TransactionKind::read));
  const auto state = TRY(traces_.state(trace));
  if (!state) return std::vector<StoredLog>();
  return SignalReader(core_, names_).logs_of_trace(state->number, trace);
}

Result<std::vector<StatsRow>> SqliteStore::stats(StatsBy by, const Filter& filter) {
  const auto snapshot = TRY(begin(TransactionKind::read));
  auto match = TRY(match_of(filter));
  return Stats(core_, names_).sum(by, filter, match);
}

}  // namespace strobe::store
