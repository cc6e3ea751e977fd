#include <set>

#include "store/sqlite/signal_reader.h"
#include "store/sqlite/sqlite_store_class.h"

// Spans that are read again because log records tell of them.

namespace strobe::store {

using sqlite::TransactionKind;

namespace {
constexpr size_t k_bytes_to_amend_max = size_t{16} << 20;  // packed, handed out at one time
}  // namespace

Result<void> SqliteStore::read_to_amend(SpanToAmend& waiting, uint64_t trace, const TraceId& id, const SpanId& span) {
  auto stored = TRY(spans_.one_of(trace, id, span));
  if (!stored) return fail(ErrorCode::corrupt, "a span waits to be read again and is not there");
  waiting.span = *std::move(stored);
  waiting.logs = TRY(SignalReader(core_, names_).logs_telling_of(trace, id, span));
  return {};
}

Result<std::vector<SpanToAmend>> SqliteStore::spans_to_amend(size_t limit) {
  const auto snapshot = TRY(begin(TransactionKind::read));
  std::vector<SpanToAmend> spans;
  size_t bytes = 0;
  for (uint64_t ticket = 0; spans.size() < limit && bytes < k_bytes_to_amend_max;) {
    const auto next = TRY(amend_queue_.next(ticket));
    if (!next) break;
    ticket = next->ticket;
    SpanToAmend waiting{.ticket = ticket};
    Result<void> read;
    if (next->trace_id) read = read_to_amend(waiting, next->trace, *next->trace_id, next->span);
    if (!read && read.error().code != ErrorCode::corrupt) return std::unexpected(std::move(read).error());
    if (!read || !next->trace_id) waiting = {.ticket = ticket, .is_unreadable = true};
    bytes += waiting.span.packed.size();
    for (const StoredLog& log : waiting.logs) bytes += log.packed.size();
    spans.push_back(std::move(waiting));
  }
  return spans;
}

Result<void> SqliteStore::amend(Amendments& amendments) {
  return write_whole([&] { return write_amendments(amendments); });
}

Result<void> SqliteStore::write_amendments(const Amendments& amendments) {
  TRY_VOID(write_content(amendments.content));
  std::set<uint64_t> changed;
  for (const Amendments::Amended& amended : amendments.spans) {
    const auto trace = TRY(amend_queue_.take(amended.ticket));
    if (!trace) continue;
    TRY_VOID(spans_.amend(*trace, amended.span));
    changed.insert(*trace);
    counters_.add("spans.amended", 1);
  }
  for (const uint64_t ticket : amendments.given_up) {
    if (TRY(amend_queue_.take(ticket))) counters_.add("spans.not_amended", 1);
  }
  for (const uint64_t trace : changed) {
    auto statement = TRY(core_.sql.use(Sql::trace_amended));
    statement->bind_all(trace, core_.clock.now().ns, amendments.normaliser_version);
    TRY_VOID(statement->run());
  }
  return counters_.flush();
}

Result<std::vector<SpanId>> SqliteStore::spans_told_of(const TraceId& trace) {
  const auto snapshot = TRY(begin(TransactionKind::read));
  const auto state = TRY(traces_.state(trace));
  if (!state) return std::vector<SpanId>();
  return SignalReader(core_, names_).spans_told_of(state->number);
}

Result<std::vector<StoredLog>> SqliteStore::logs_telling_of(const TraceId& trace, const SpanId& span) {
  const auto snapshot = TRY(begin(TransactionKind::read));
  const auto state = TRY(traces_.state(trace));
  if (!state) return std::vector<StoredLog>();
  return SignalReader(core_, names_).logs_telling_of(state->number, trace, span);
}

}  // namespace strobe::store
