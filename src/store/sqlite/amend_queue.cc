#include "store/sqlite/amend_queue.h"

#include "store/sqlite/migrations.h"

namespace strobe::store {

// tells: 1 where the log record tells of the span it names (dialect::tells_of_span); of what was recorded before there
// was the column, by its name. amendment: spans that are to be read again with the logs that tell of them.
Result<void> add_amendments(sqlite::Database& database) {
  return database.execute(R"sql(
ALTER TABLE log ADD COLUMN tells INTEGER;
UPDATE log SET tells = 1 WHERE trace IS NOT NULL AND span_id IS NOT NULL
  AND event_name IN (SELECT no FROM name WHERE text GLOB 'gen_ai.*');
CREATE INDEX log_telling ON log(trace, span_id) WHERE tells = 1;
CREATE TABLE amendment(
  ticket INTEGER PRIMARY KEY AUTOINCREMENT, trace INTEGER NOT NULL, span_id INTEGER NOT NULL, UNIQUE(trace, span_id)
) STRICT;
INSERT INTO amendment(trace, span_id)
  SELECT s.trace, s.span_id FROM span s WHERE EXISTS(
    SELECT 1 FROM log l WHERE l.trace = s.trace AND l.span_id = s.span_id AND l.tells = 1);
)sql");
}

Result<void> AmendQueue::span_was_written(uint64_t trace, const SpanId& span) {
  auto statement = TRY(core_.sql.use(Sql::amend_told_span));
  statement->bind_all(trace, number_of_bytes(span.view()));
  return statement->run();
}

Result<void> AmendQueue::log_was_written(uint64_t trace, const SpanId& span) {
  auto statement = TRY(core_.sql.use(Sql::amend_telling_log));
  statement->bind_all(trace, number_of_bytes(span.view()));
  return statement->run();
}

Result<std::optional<AmendQueue::Waiting>> AmendQueue::next(uint64_t ticket) {
  auto statement = TRY(core_.sql.use(Sql::amend_next));
  statement->bind_all(ticket);
  if (!TRY(statement->step())) return std::optional<Waiting>();
  return Waiting{.ticket = static_cast<uint64_t>(statement->int64(0)),
                 .trace = static_cast<uint64_t>(statement->int64(1)),
                 .trace_id = TraceId::from_bytes(statement->blob(3)),
                 .span = span_id_of(statement->int64(2))};
}

Result<std::optional<uint64_t>> AmendQueue::take(uint64_t ticket) {
  std::optional<uint64_t> trace;
  {
    auto find = TRY(core_.sql.use(Sql::amend_ticket));
    find->bind_all(ticket);
    if (!TRY(find->step())) return trace;
    trace = static_cast<uint64_t>(find->int64(0));
  }
  auto done = TRY(core_.sql.use(Sql::amend_done));
  done->bind_all(ticket);
  TRY_VOID(done->run());
  return trace;
}

}  // namespace strobe::store
