#include "store/sqlite/signal_reader.h"

#include <algorithm>

#include "store/name_pattern.h"
#include "store/sqlite/references.h"
#include "store/sqlite/sealed.h"
#include "store/sqlite/start_range.h"

namespace strobe::store {

Result<std::vector<MetricPointRow>> SignalReader::points(const MetricFilter& filter) {
  const StartRange range = start_range(filter.since, filter.until);
  const NamePattern name(filter.name), service(filter.service);
  std::vector<MetricPointRow> rows;
  auto statement = TRY(core_.sql.use(Sql::point_list));
  statement->bind_all(range.first_ns, range.last_ns);
  while (rows.size() < filter.limit && TRY(statement->step())) {
    MetricPointRow row{.number = static_cast<uint64_t>(statement->int64(0)), .time = {statement->int64(1)}};
    row.name = TRY(names_.text(static_cast<uint64_t>(statement->int64(2))));
    row.service = TRY(names_.text(static_cast<uint64_t>(statement->int64(3))));
    if (!name.matches(row.name) || !service.matches(row.service)) continue;
    row.resource = static_cast<uint64_t>(statement->int64(4));
    row.scope = static_cast<uint64_t>(statement->int64(5));
    row.metric = TRY(unseal(core_.codec, statement->blob(6)));
    rows.push_back(std::move(row));
  }
  return rows;
}

Result<std::vector<StoredLog>> SignalReader::logs_of_trace(uint64_t trace, const TraceId& id) {
  auto statement = TRY(core_.sql.use(Sql::log_list));
  statement->bind_all(trace);
  return read_logs(*statement, id);
}

Result<std::vector<StoredLog>> SignalReader::logs_telling_of(uint64_t trace, const TraceId& id, const SpanId& span) {
  auto statement = TRY(core_.sql.use(Sql::log_telling));
  statement->bind_all(trace, number_of_bytes(span.view()), k_logs_of_span_max);
  return read_logs(*statement, id);
}

Result<std::vector<SpanId>> SignalReader::spans_told_of(uint64_t trace) {
  auto statement = TRY(core_.sql.use(Sql::log_told));
  statement->bind_all(trace);
  std::vector<SpanId> spans;
  while (TRY(statement->step())) spans.push_back(span_id_of(statement->int64(0)));
  std::ranges::sort(spans);
  return spans;
}

Result<std::vector<StoredLog>> SignalReader::read_logs(sqlite::Statement& rows, const TraceId& id) {
  std::vector<StoredLog> logs;
  while (TRY(rows.step())) {
    StoredLog log{.number = static_cast<uint64_t>(rows.int64(0)), .trace_id = id};
    if (!rows.is_null(1)) log.span_id = span_id_of(rows.int64(1));
    log.time = {rows.int64(2)};
    log.event_name = TRY(names_.text(static_cast<uint64_t>(rows.int64(3))));
    log.service = TRY(names_.text(static_cast<uint64_t>(rows.int64(4))));
    log.resource = static_cast<uint64_t>(rows.int64(5));
    log.scope = static_cast<uint64_t>(rows.int64(6));
    log.packed = TRY(unseal(core_.codec, rows.blob(7)));
    log.refs = TRY(read_references(rows.blob(8)));
    log.repeats = rows.int64(9);
    logs.push_back(std::move(log));
  }
  return logs;
}

}  // namespace strobe::store
