#include "store/sqlite/schema.h"

#include "context/canonical.h"
#include "store/sqlite/migrations.h"

namespace strobe::store {

namespace {

// Every byte of a row is paid for millions of times: names and ids are interned as small numbers, random ids are
// indexed by their first six bytes (the whole id is compared after that), what is rarely set comes last, because
// trailing NULLs take no space.
constexpr const char* k_tables = R"sql(
CREATE TABLE meta(name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE counter(name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;

-- Short strings that come again and again. Number 0 is the empty string.
CREATE TABLE name(no INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT;
INSERT INTO name(no, text) VALUES(0, '');

-- Packed resources and scopes, sealed (sealed.h). hash: the first 16 bytes of their SHA-256.
CREATE TABLE resource(no INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, data BLOB NOT NULL) STRICT;
CREATE TABLE scope(no INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, data BLOB NOT NULL) STRICT;

-- What many spans have in common, so that a span pays for it with one number. Columns but the first two are names.
CREATE TABLE setting(
  no INTEGER PRIMARY KEY,
  resource INTEGER NOT NULL, scope INTEGER NOT NULL,
  service INTEGER NOT NULL, scope_name INTEGER NOT NULL, dialect INTEGER NOT NULL, namespace INTEGER NOT NULL,
  run_id INTEGER NOT NULL, agent INTEGER NOT NULL, model INTEGER NOT NULL, provider INTEGER NOT NULL,
  usage_rule INTEGER NOT NULL,
  UNIQUE(model, agent, resource, scope, service, scope_name, dialect, namespace, run_id, provider, usage_rule)
) STRICT;

-- data: the literal bytes, sealed. recipe: what is inserted into them (blobs.cc). base: the blob whose literal is the
-- compression prefix.
CREATE TABLE blob(no INTEGER PRIMARY KEY, id BLOB NOT NULL, data BLOB NOT NULL, recipe BLOB, base INTEGER) STRICT;
CREATE INDEX blob_by_id ON blob(substr(id, 1, 6));

-- An element that was read as a message. no: the element's blob number * 256 + its format. Not indexed by id: ingest
-- never asks, and a scan is fast.
CREATE TABLE message(no INTEGER PRIMARY KEY, id BLOB NOT NULL) STRICT;

-- ops: how the list of blob numbers is made from the base's (sequence_ops.h). depth: rows up to one without a base.
CREATE TABLE sequence(no INTEGER PRIMARY KEY, ops BLOB NOT NULL, base INTEGER, depth INTEGER) STRICT;

CREATE TABLE context(
  no INTEGER PRIMARY KEY, id BLOB NOT NULL, leading INTEGER NOT NULL, messages INTEGER NOT NULL,
  input INTEGER, input_format INTEGER, system INTEGER, system_format INTEGER, tools INTEGER, tools_format INTEGER
) STRICT;
CREATE INDEX context_by_id ON context(substr(id, 1, 6));

-- session: of every span that has no row in place. changes: grows with every change to its spans.
CREATE TABLE trace(
  no INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, heard_of_ns INTEGER NOT NULL, spans INTEGER NOT NULL,
  changes INTEGER NOT NULL, session INTEGER, dirty_since_ns INTEGER, normaliser INTEGER NOT NULL
) STRICT;
CREATE INDEX trace_dirty ON trace(dirty_since_ns) WHERE dirty_since_ns IS NOT NULL;

-- span_id and parent: the eight bytes as one big-endian number. duration_ns: end minus start, wrapping. hash: the first
-- eight bytes of the record's hash, which decide between versions. packed: sealed.
CREATE TABLE span(
  no INTEGER PRIMARY KEY,
  trace INTEGER NOT NULL, span_id INTEGER NOT NULL, start_ns INTEGER NOT NULL, duration_ns INTEGER NOT NULL,
  hash INTEGER NOT NULL, kind INTEGER NOT NULL, status INTEGER NOT NULL, rank INTEGER NOT NULL,
  setting INTEGER NOT NULL, name INTEGER NOT NULL, parent INTEGER, packed BLOB NOT NULL, refs BLOB,
  tool_name INTEGER, tool_call_id TEXT, session_key INTEGER,
  context INTEGER, basis INTEGER,
  input INTEGER, cache_read INTEGER, cache_write INTEGER, output INTEGER, reasoning INTEGER,
  response_id TEXT, requested_calls BLOB, cost_pico_usd INTEGER, cost_kind INTEGER, ttft_ns INTEGER,
  error_type INTEGER, rollup INTEGER, cancelled INTEGER, exit_code INTEGER
) STRICT;
CREATE UNIQUE INDEX span_by_id ON span(trace, span_id);

-- Where derivation put a span, apart from the span so that deriving again does not rewrite big rows. A span in its
-- trace's session with step 0 and not counted has no row.
CREATE TABLE place(span INTEGER PRIMARY KEY, session INTEGER NOT NULL, step INTEGER NOT NULL, counted INTEGER NOT NULL)
  STRICT;

-- start_ns: the earliest of its parts; null when it has none left.
CREATE TABLE session(
  no INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, namespace INTEGER NOT NULL, key INTEGER NOT NULL, start_ns INTEGER
) STRICT;
CREATE INDEX session_by_start ON session(start_ns) WHERE start_ns IS NOT NULL;
CREATE INDEX session_by_key ON session(key);

-- What one trace contributes to one session. models: a JSON array of name numbers.
CREATE TABLE part(
  trace INTEGER NOT NULL, session INTEGER NOT NULL, agent INTEGER NOT NULL, service INTEGER NOT NULL,
  task TEXT NOT NULL, start_ns INTEGER NOT NULL, end_ns INTEGER NOT NULL, has_ended_root INTEGER NOT NULL,
  root_status INTEGER NOT NULL,
  cancelled INTEGER NOT NULL, spans INTEGER NOT NULL, steps INTEGER NOT NULL, llm_calls INTEGER NOT NULL,
  tool_calls INTEGER NOT NULL, errors INTEGER NOT NULL, models TEXT NOT NULL, input INTEGER NOT NULL,
  cache_read INTEGER NOT NULL, cache_write INTEGER NOT NULL, output INTEGER NOT NULL, reasoning INTEGER NOT NULL,
  cost_pico_usd INTEGER NOT NULL, priced_calls INTEGER NOT NULL, unpriced_calls INTEGER NOT NULL,
  PRIMARY KEY(trace, session)
) STRICT, WITHOUT ROWID;
CREATE INDEX part_by_session ON part(session);

-- hash, key: the first 16 bytes. Found by time first: an index on a random hash alone would be ten times slower.
CREATE TABLE log(
  no INTEGER PRIMARY KEY, hash BLOB NOT NULL, time_ns INTEGER NOT NULL, trace INTEGER, span_id INTEGER,
  event_name INTEGER NOT NULL, service INTEGER NOT NULL, resource INTEGER NOT NULL, scope INTEGER NOT NULL,
  packed BLOB NOT NULL, refs BLOB, repeats INTEGER
) STRICT;
CREATE INDEX log_by_time ON log(time_ns, substr(hash, 1, 6));
CREATE TABLE metric_point(
  no INTEGER PRIMARY KEY, key BLOB NOT NULL, time_ns INTEGER NOT NULL, name INTEGER NOT NULL, service INTEGER NOT NULL,
  resource INTEGER NOT NULL, scope INTEGER NOT NULL, metric BLOB NOT NULL
) STRICT;
CREATE INDEX metric_point_by_time ON metric_point(time_ns, substr(key, 1, 6));
)sql";

Result<void> create(sqlite::Database& database) {
  TRY_VOID(database.execute(k_tables));
  const std::string meta = "INSERT INTO meta(name, value) VALUES('canonical_version', " +
                           std::to_string(context::k_canonical_version) +
                           // A random epoch keeps numbers of another file from being taken for numbers of this one.
                           "), ('epoch', abs(random() >> 1) + 1)";
  return database.execute(meta.c_str());
}

// is_call: an LLM or embedding call of its own, whether it says what it used or not; null where the trace was derived
// before there was the column, and then what is counted is taken for a call. 2: another recording of a call, or of a
// tool call, that another span speaks for.
Result<void> add_lists(sqlite::Database& database) {
  return database.execute(R"sql(
CREATE INDEX part_by_start ON part(start_ns);
DROP INDEX log_by_time;
CREATE INDEX log_by_trace ON log(trace, time_ns, substr(hash, 1, 6));
ALTER TABLE place ADD COLUMN is_call INTEGER;
)sql");
}

constexpr Migration k_migrations[] = {
    {"create the tables", create},
    {"index what lists go through", add_lists},
    {"make room for costs", add_costs},
    {"make room for the text index", add_search},
    {"attach log records to spans", add_amendments},
};

}  // namespace

std::span<const Migration> migrations() { return k_migrations; }

int64_t schema_version() { return static_cast<int64_t>(std::size(k_migrations)); }

Result<void> drop_views(sqlite::Database& database) {
  std::string drops;
  auto views = TRY(database.prepare("SELECT printf('DROP VIEW \"%w\";', name) FROM sqlite_schema WHERE type = 'view'"));
  while (TRY(views.step())) drops += views.text(0);
  return database.execute(drops.c_str());
}

}  // namespace strobe::store
