#include "store/sqlite/sqlite_store.h"

#include <algorithm>
#include <tuple>

#include "base/assert.h"
#include "store/sqlite/connection.h"
#include "store/sqlite/sqlite_store_class.h"

namespace strobe::store {

namespace {

constexpr std::chrono::milliseconds k_checkpoint_patience{200};

using sqlite::Transaction;
using sqlite::TransactionKind;

// Of the table of messages.
uint64_t message_number(uint64_t blob, ElementFormat format) { return blob << 8 | static_cast<uint8_t>(format); }

}  // namespace

void SqliteStore::forget() {
  names_.forget();
  resources_.forget();
  scopes_.forget();
  settings_.forget();
  blobs_.forget();
  samples_.forget();
  sequences_.forget();
  contexts_.forget();
  traces_.forget();
  derived_.forget();
  search_index_.forget();
}

Result<Transaction> SqliteStore::begin(TransactionKind kind) {
  if (read_scopes_ > 0) {
    // Nobody else gets in before the scope ends, so writing now would be our bug.
    STROBE_ASSERT(kind == TransactionKind::read);
    return Transaction();
  }
  if (kind == TransactionKind::write) TRY_VOID(expect_in_place());
  auto transaction = TRY(Transaction::begin(core_.db, kind));
  if (TRY(core_.refresh())) forget();
  return transaction;
}

// SQLite would go on writing into a file that was removed or replaced, and what was acknowledged would be gone with it.
Result<void> SqliteStore::expect_in_place() {
  if (is_memory_path(options_.path)) return {};
  const FileIdentity log = file_identity(options_.path + "-wal");
  const bool is_known = log_ != FileIdentity{};
  if (!core_.db.has_moved() && (log == log_ || !is_known)) {
    log_ = log;
    return {};
  }
  return fail(ErrorCode::io, "the file is gone or was replaced", "put it back, or start strobe anew");
}

Error SqliteStore::cannot_write(Error error) const {
  const bool may_pass = error.code == ErrorCode::unavailable || error.code == ErrorCode::io;
  return may_pass ? std::move(error).with_context("cannot write the store " + options_.path) : error;
}

Result<void> SqliteStore::commit(Batch& batch) {
  return write_whole([&] { return write(batch); });
}

Result<void> SqliteStore::write_whole(const std::function<Result<void>()>& write) {
  auto transaction = begin(TransactionKind::write);
  if (!transaction) return std::unexpected(cannot_write(std::move(transaction).error()));
  blobs_.begin_writing();
  sequences_.begin_writing();
  traces_.begin_writing();
  counters_.begin_writing();
  auto done = write();
  if (done) done = transaction->commit();
  // Before anybody is told that it is safe.
  if (done) done = expect_in_place();
  if (!done) {
    // Numbers that were given in this transaction are void.
    forget();
    return std::unexpected(cannot_write(std::move(done).error()));
  }
  sequences_.publish();
  return {};
}

Result<void> SqliteStore::write_content(const context::Splitter::Output& content) {
  for (const context::Piece& piece : content.pieces) TRY_VOID(blobs_.write(piece));
  for (const context::MessageRecord& message : content.messages) {
    const uint64_t blob = TRY(blobs_.stored_number(message.element));
    auto statement = TRY(core_.sql.use(Sql::message_add));
    statement->bind_all(message_number(blob, message.format), blob_of(message.id));
    TRY_VOID(statement->run());
  }
  return {};
}

Result<void> SqliteStore::write(Batch& batch) {
  TRY_VOID(write_content(batch.content));
  for (const SpanRecord& span : batch.spans) TRY_VOID(spans_.write(span));
  for (const LogRecord& log : batch.logs) TRY_VOID(signals_.write(log));
  for (const MetricPointRecord& point : batch.points) TRY_VOID(signals_.write(point));
  for (const Count& count : batch.counts) counters_.add(count.name, count.by);
  TRY_VOID(traces_.flush(core_.clock.now(), batch.normaliser_version));
  return counters_.flush();
}

Result<void> SqliteStore::use_prices_of(int64_t day) {
  // Asked before the lock is taken, and again under it.
  if (TRY(derived_.prices_day()) >= day) return {};
  auto transaction = TRY(begin(TransactionKind::write));
  if (TRY(derived_.prices_day()) >= day) return {};
  TRY_VOID(derived_.set_prices_day(day));
  return transaction.commit();
}

Result<std::vector<TraceId>> SqliteStore::dirty_traces(size_t limit) {
  const auto snapshot = TRY(begin(TransactionKind::read));
  return traces_.dirty(limit);
}

Result<std::vector<SpanFacts>> SqliteStore::facts_of_trace(const TraceId& trace) {
  const auto snapshot = TRY(begin(TransactionKind::read));
  const auto state = TRY(traces_.state(trace));
  if (!state) return std::vector<SpanFacts>();
  derived_.note_read(trace, state->changes);
  return spans_.facts_of(state->number, trace);
}

Result<size_t> SqliteStore::save_derived(const std::vector<DerivedTrace>& traces) {
  auto transaction = TRY(begin(TransactionKind::write));
  size_t up_to_date = 0;
  for (const DerivedTrace& trace : traces) {
    auto saved = derived_.save(trace);
    if (saved) {
      up_to_date += *saved ? 1 : 0;
      continue;
    }
    forget();
    return std::unexpected(std::move(saved).error().with_context("saving sessions of trace " + trace.trace_id.hex()));
  }
  auto committed = transaction.commit();
  if (!committed) {
    forget();
    return std::unexpected(std::move(committed).error());
  }
  return up_to_date;
}

Result<std::vector<Store::SessionRow>> SqliteStore::sessions(const SessionFilter& filter) {
  const auto snapshot = TRY(begin(TransactionKind::read));
  auto match = TRY(match_of(filter.filter));
  return sessions_.list(filter, match);
}

Result<std::vector<SessionId>> SqliteStore::find_sessions(std::string_view prefix, size_t limit) {
  const auto snapshot = TRY(begin(TransactionKind::read));
  return sessions_.find(prefix, limit);
}

Result<uint64_t> SqliteStore::session_number(const SessionId& id) {
  const auto number = TRY(sessions_.number_of(id));
  if (!number) return fail(ErrorCode::not_found, "no session " + id.hex());
  return *number;
}

Result<Store::SessionRow> SqliteStore::session(const SessionId& id) {
  const auto snapshot = TRY(begin(TransactionKind::read));
  const uint64_t number = TRY(session_number(id));
  return sessions_.row(number);
}

Result<std::vector<StoredSpan>> SqliteStore::spans_of_session(const SessionId& id) {
  const auto snapshot = TRY(begin(TransactionKind::read));
  const uint64_t session = TRY(session_number(id));
  std::vector<StoredSpan> spans;
  for (const auto& [number, trace] : TRY(sessions_.traces(session))) {
    TRY_VOID(spans_.add_stored(number, trace, session, spans));
  }
  std::ranges::sort(spans, [](const StoredSpan& a, const StoredSpan& b) {
    return std::tie(a.facts.start, a.facts.trace_id, a.facts.span_id) <
           std::tie(b.facts.start, b.facts.trace_id, b.facts.span_id);
  });
  return spans;
}

Result<uint64_t> SqliteStore::session_state(const SessionId& id) {
  const auto snapshot = TRY(begin(TransactionKind::read));
  const uint64_t session = TRY(session_number(id));
  return sessions_.state(session);
}

Result<std::optional<StoredSpan>> SqliteStore::span(const TraceId& trace, const SpanId& id) {
  const auto snapshot = TRY(begin(TransactionKind::read));
  const uint64_t number = TRY(traces_.number_of(trace));
  if (number == 0) return std::optional<StoredSpan>();
  return spans_.one_of(number, trace, id);
}

Result<std::string> SqliteStore::fetch_blob(uint64_t number) {
  const auto snapshot = TRY(begin(TransactionKind::read));
  return blobs_.content(number);
}

Result<std::vector<uint64_t>> SqliteStore::fetch_sequence(uint64_t number) {
  const auto snapshot = TRY(begin(TransactionKind::read));
  return sequences_.items(number);
}

Result<SequenceEdit> SqliteStore::fetch_sequence_edit(uint64_t number) {
  const auto snapshot = TRY(begin(TransactionKind::read));
  return sequences_.stored_edit(number);
}

Result<std::string> SqliteStore::fetch_resource(uint64_t number) {
  const auto snapshot = TRY(begin(TransactionKind::read));
  return resources_.content(number);
}

Result<std::string> SqliteStore::fetch_scope(uint64_t number) {
  const auto snapshot = TRY(begin(TransactionKind::read));
  return scopes_.content(number);
}

Result<std::optional<StoredContext>> SqliteStore::context(const ContextId& id) {
  const auto snapshot = TRY(begin(TransactionKind::read));
  return contexts_.find(id);
}

Result<std::optional<MessageId>> SqliteStore::message_id(uint64_t blob, ElementFormat format) {
  const auto snapshot = TRY(begin(TransactionKind::read));
  auto statement = TRY(core_.sql.use(Sql::message_read));
  statement->bind_all(message_number(blob, format));
  if (!TRY(statement->step())) return std::optional<MessageId>();
  return MessageId::from_bytes(statement->blob(0));
}

Result<std::vector<Count>> SqliteStore::counts() {
  const auto snapshot = TRY(begin(TransactionKind::read));
  return counters_.all();
}

Result<SqlResult> SqliteStore::query(std::string_view sql, size_t rows_max) {
  const bool in_memory = options_.path == k_memory_path;  // a named one can be opened again
  if (!in_memory && !typed_) typed_ = TRY(open_connection(options_.path, OpenMode::read_only));
  auto selected = TRY(sqlite::select(in_memory ? core_.db : *typed_, sql, {.rows_max = rows_max}));
  return SqlResult{std::move(selected.columns), std::move(selected.rows)};
}

Result<void> SqliteStore::checkpoint() {
  if (options_.mode == OpenMode::read_only || is_memory_path(options_.path)) return {};
  // Readers and other writers may stand in the way; then the next time will do.
  core_.db.set_busy_timeout(k_checkpoint_patience);
  auto done = core_.db.execute("PRAGMA wal_checkpoint(TRUNCATE)");
  core_.db.set_busy_timeout(k_busy_timeout);
  if (!done && done.error().code == ErrorCode::unavailable) return {};
  return done;
}

Result<std::unique_ptr<Store>> open_sqlite(const OpenOptions& options) {
  auto database = TRY(open_connection(options.path, options.mode));
  return std::unique_ptr<Store>(std::make_unique<SqliteStore>(std::move(database), options));
}

}  // namespace strobe::store
