#include "store/sqlite/spans.h"

#include "store/sqlite/references.h"

namespace strobe::store {

Spans::Version Spans::version_of(const SpanRecord& record) {
  return {.rank = static_cast<int64_t>(record.facts.rank),
          .end = record.facts.end.ns,
          .hash = static_cast<uint64_t>(number_of_bytes(record.hash.view()))};
}

Result<std::optional<Spans::Version>> Spans::stored_version(uint64_t trace, const SpanId& id) {
  auto statement = TRY(in_.core.sql.use(Sql::span_find));
  statement->bind_all(trace, number_of_bytes(id.view()));
  if (!TRY(statement->step())) return std::optional<Version>();
  const auto end = static_cast<uint64_t>(statement->int64(2)) + static_cast<uint64_t>(statement->int64(3));
  return Version{.rank = statement->int64(1),
                 .end = static_cast<int64_t>(end),
                 .hash = static_cast<uint64_t>(statement->int64(4))};
}

Result<SpanRow> Spans::make_row(const SpanRecord& record, uint64_t trace) {
  SpanRow row = TRY(make_facts(record, trace));
  row.refs = TRY(write_references(record.packed, in_.blobs, in_.sequences));
  row.packed = TRY(in_.samples.seal_like(row.setting, record.packed.bytes));
  return row;
}

Result<SpanRow> Spans::make_facts(const SpanRecord& record, uint64_t trace) {
  const SpanFacts& facts = record.facts;
  SpanRow row{.facts = &facts, .trace = trace};
  row.hash = number_of_bytes(record.hash.view());
  // Before the references: a context that is known lends them its sequences.
  if (record.context) row.context = TRY(in_.contexts.write(*record.context));
  row.setting = TRY(in_.settings.intern(record));
  row.name = TRY(in_.names.intern(facts.name));
  row.tool_name = TRY(in_.names.intern(facts.tool_name));
  row.session_key = TRY(in_.names.intern(facts.session_key));
  row.error_type = TRY(in_.names.intern(facts.error_type));
  row.requested_calls = encode_texts(facts.requested_tool_call_ids);
  return row;
}

Result<void> Spans::write(const SpanRecord& record) {
  Traces::Touched& trace = *TRY(in_.traces.touch(record.facts.trace_id));
  // Looked up before anything is written, so that a span that came twice leaves no sequences behind. Spans without
  // references are simply inserted: nothing can be left behind.
  std::optional<Version> stored;
  if (!record.packed.refs.empty() || record.context) {
    stored = TRY(stored_version(trace.number, record.facts.span_id));
  }
  const Version version = version_of(record);
  std::optional<SpanRow> row;
  if (!stored) {
    row = TRY(make_row(record, trace.number));
    auto statement = TRY(in_.core.sql.use(Sql::span_add));
    bind_span(*statement, *row);
    TRY_VOID(statement->run());
    if (in_.core.db.changes() == 1) {
      ++trace.spans_added;
      ++trace.changes;
      return look_for_logs(trace, record.facts.span_id);
    }
    stored = TRY(stored_version(trace.number, record.facts.span_id));
    if (!stored) return fail(ErrorCode::corrupt, "a span is and is not in the store");
  }
  if (version <= *stored) {
    in_.counters.add(version == *stored ? "spans.duplicate" : "spans.superseded", 1);
    return {};
  }
  if (!row) row = TRY(make_row(record, trace.number));
  auto statement = TRY(in_.core.sql.use(Sql::span_update));
  bind_span(*statement, *row);
  TRY_VOID(statement->run());
  ++trace.changes;
  in_.counters.add("spans.replaced", 1);
  return look_for_logs(trace, record.facts.span_id);
}

// Of a trace that is new nothing can have been told: a batch's logs are written after its spans.
Result<void> Spans::look_for_logs(const Traces::Touched& trace, const SpanId& span) {
  if (trace.is_new) return {};
  return in_.amend_queue.span_was_written(trace.number, span);
}

Result<void> Spans::keep_record(SpanRow& row) {
  auto kept = TRY(in_.core.sql.use(Sql::span_record));
  kept->bind_all(row.trace, number_of_bytes(row.facts->span_id.view()));
  if (!TRY(kept->step())) return fail(ErrorCode::corrupt, "a span is and is not in the store");
  row.packed = kept->blob(0);
  row.refs = kept->blob(1);
  return {};
}

Result<void> Spans::amend(uint64_t trace, const SpanRecord& record) {
  const auto stored = TRY(stored_version(trace, record.facts.span_id));
  if (!stored) return fail(ErrorCode::conflict, "span " + record.facts.span_id.hex() + " is not in the store");
  SpanRow row = TRY(make_facts(record, trace));
  row.hash = static_cast<int64_t>(stored->hash);
  TRY_VOID(keep_record(row));
  auto statement = TRY(in_.core.sql.use(Sql::span_update));
  bind_span(*statement, row);
  return statement->run();
}

Result<void> Spans::replace(uint64_t trace, const SpanRecord& record) {
  const auto stored = TRY(stored_version(trace, record.facts.span_id));
  if (!stored) return fail(ErrorCode::conflict, "span " + record.facts.span_id.hex() + " is not in the store");
  SpanRow row;
  if (stored->hash == version_of(record).hash) {
    row = TRY(make_facts(record, trace));
    TRY_VOID(keep_record(row));
  } else {
    row = TRY(make_row(record, trace));
  }
  auto statement = TRY(in_.core.sql.use(Sql::span_update));
  bind_span(*statement, row);
  return statement->run();
}

Result<std::vector<SpanFacts>> Spans::facts_of(uint64_t trace_number, const TraceId& trace) {
  auto statement = TRY(in_.core.sql.use(Sql::span_facts));
  statement->bind_all(trace_number);
  std::vector<SpanFacts> all;
  while (TRY(statement->step())) all.push_back(TRY(read_span_facts(*statement, trace, in_.names, in_.settings)));
  return all;
}

Result<void> Spans::add_stored(uint64_t trace_number, const TraceId& trace, uint64_t session,
                               std::vector<StoredSpan>& spans) {
  auto statement = TRY(in_.core.sql.use(Sql::span_full));
  statement->bind_all(trace_number, session);
  while (TRY(statement->step())) spans.push_back(TRY(read_stored(*statement, trace)));
  return {};
}

Result<std::vector<StoredSpan>> Spans::all_of(uint64_t trace_number, const TraceId& trace) {
  auto statement = TRY(in_.core.sql.use(Sql::span_full_of_trace));
  statement->bind_all(trace_number);
  std::vector<StoredSpan> spans;
  while (TRY(statement->step())) spans.push_back(TRY(read_stored(*statement, trace)));
  return spans;
}

Result<std::optional<StoredSpan>> Spans::one_of(uint64_t trace_number, const TraceId& trace, const SpanId& span) {
  auto statement = TRY(in_.core.sql.use(Sql::span_full_one));
  statement->bind_all(trace_number, number_of_bytes(span.view()));
  if (!TRY(statement->step())) return std::optional<StoredSpan>();
  return TRY(read_stored(*statement, trace));
}

Result<StoredSpan> Spans::read_stored(const sqlite::Statement& row, const TraceId& trace) {
  StoredSpan span;
  span.facts = TRY(read_span_facts(row, trace, in_.names, in_.settings));
  const auto* setting = TRY(in_.settings.read(static_cast<uint64_t>(row.int64(k_column_setting))));
  span.resource = setting->resource;
  span.scope = setting->scope;
  span.packed = TRY(in_.samples.unseal_like(row.blob(k_column_packed)));
  span.refs = TRY(read_references(row.blob(k_column_refs)));
  return span;
}

}  // namespace strobe::store
