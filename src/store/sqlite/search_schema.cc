#include <string>

#include "store/sqlite/migrations.h"
#include "store/sqlite/search_terms.h"
#include "store/sqlite/search_watch.h"

namespace strobe::store {

// search_text: what occurs where, without the texts themselves; rowid: blob number * 2, or span number * 2 + 1 for what
// stands in a span itself (search_source.h). search_place: in which sessions a text stands, and by which span it came
// there first; session: as it was when the span was indexed, 0 when that was not known. search_state: spans up to
// number `until` are in the index; removals: grows when rows of search_place go, and then what a process remembers of
// them is void. search_again: spans of these to be looked at again; why: 0 something near was removed, 1 the span's
// session has changed, 2 its content. search_suspect: sessions that lost a row, and the earliest start of one: spans
// that start no earlier may hold the same text, and there is no row that says so.
Result<void> add_search(sqlite::Database& database) {
  const std::string tables = R"sql(
CREATE VIRTUAL TABLE search_text USING fts5(text, content = '', contentless_delete = 1, tokenize = ')sql" +
                             std::string(k_search_tokenizer) + R"sql(');
CREATE TABLE search_place(
  no INTEGER PRIMARY KEY, text INTEGER NOT NULL, session INTEGER NOT NULL, span INTEGER NOT NULL,
  start_ns INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX search_place_by_text ON search_place(text, session);
CREATE INDEX search_place_by_span ON search_place(span);
CREATE TABLE search_state(
  no INTEGER PRIMARY KEY, until INTEGER NOT NULL, spans INTEGER NOT NULL, latest_ns INTEGER NOT NULL,
  removals INTEGER NOT NULL
) STRICT;
INSERT INTO search_state(no, until, spans, latest_ns, removals) VALUES(1, 0, 0, 0, 1);
CREATE TABLE search_again(span INTEGER PRIMARY KEY, why INTEGER NOT NULL) STRICT;
CREATE INDEX search_again_changed ON search_again(span) WHERE why > 0;
CREATE TABLE search_suspect(session INTEGER PRIMARY KEY, since_ns INTEGER NOT NULL) STRICT;
)sql";
  return database.execute(tables.c_str());
}

// Numbers are given out again when the highest rows were removed, so nothing may be left of them, and `until` must not
// stay above the highest span.
Result<void> watch_for_search(sqlite::Database& database) {
  return database.execute(R"sql(
CREATE TEMP TRIGGER search_span_replaced AFTER UPDATE OF packed, refs, start_ns, context ON main.span
WHEN new.no <= (SELECT until FROM search_state)
  AND (new.packed IS NOT old.packed OR new.refs IS NOT old.refs OR new.start_ns IS NOT old.start_ns
    OR new.context IS NOT old.context)
BEGIN
  INSERT INTO search_again(span, why) VALUES(new.no, 2) ON CONFLICT(span) DO UPDATE SET why = 2;
END;
CREATE TEMP TRIGGER search_span_gone AFTER DELETE ON main.span
BEGIN
  DELETE FROM search_place WHERE span = old.no;
  DELETE FROM search_again WHERE span = old.no;
  UPDATE search_state SET spans = spans - (old.no <= until),
    until = min(until, coalesce((SELECT max(no) FROM span), 0));
END;
CREATE TEMP TRIGGER search_span_moves BEFORE INSERT ON main.place
WHEN new.span <= (SELECT until FROM search_state)
  AND new.session IS NOT coalesce((SELECT session FROM place WHERE span = new.span),
    (SELECT t.session FROM span s JOIN trace t ON t.no = s.trace WHERE s.no = new.span))
BEGIN
  INSERT INTO search_again(span, why) VALUES(new.span, 1) ON CONFLICT(span) DO UPDATE SET why = max(why, 1);
END;
CREATE TEMP TRIGGER search_span_moves_back AFTER DELETE ON main.place
WHEN old.span <= (SELECT until FROM search_state)
  AND old.session IS NOT (SELECT t.session FROM span s JOIN trace t ON t.no = s.trace WHERE s.no = old.span)
BEGIN
  INSERT INTO search_again(span, why) VALUES(old.span, 1) ON CONFLICT(span) DO UPDATE SET why = max(why, 1);
END;
CREATE TEMP TRIGGER search_trace_moves AFTER UPDATE OF session ON main.trace
WHEN old.session IS NOT new.session
BEGIN
  INSERT INTO search_again(span, why)
    SELECT s.no, 1 FROM span s WHERE s.trace = new.no AND s.no <= (SELECT until FROM search_state)
    ON CONFLICT(span) DO UPDATE SET why = max(why, 1);
END;
CREATE TEMP TRIGGER search_place_gone AFTER DELETE ON main.search_place
WHEN NOT EXISTS(SELECT 1 FROM search_place WHERE text = old.text)
BEGIN
  DELETE FROM search_text WHERE rowid = old.text;
END;
CREATE TEMP TRIGGER search_place_lost AFTER DELETE ON main.search_place
WHEN old.session <> 0
BEGIN
  INSERT INTO search_suspect(session, since_ns) VALUES(old.session, old.start_ns)
    ON CONFLICT(session) DO UPDATE SET since_ns = min(since_ns, excluded.since_ns);
  UPDATE search_state SET removals = removals + 1;
END;
CREATE TEMP TRIGGER search_blob_gone AFTER DELETE ON main.blob
BEGIN
  DELETE FROM search_place WHERE text = old.no * 2;
END;
)sql");
}

}  // namespace strobe::store
