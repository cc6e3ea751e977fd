#include "store/sqlite/statements.h"

#include "base/assert.h"

namespace strobe::store {

namespace {
struct Entry {
  Sql sql;
  std::string_view text;
};

// In the order of the enum. Columns of span stand in the order of span_columns.cc.
constexpr Entry k_entries[] = {
    {Sql::data_version, "PRAGMA data_version"},
    {Sql::epoch, "SELECT value FROM meta WHERE name = 'epoch'"},
    {Sql::counter_add,
     "INSERT INTO counter(name, value) VALUES(?1, ?2) ON CONFLICT(name) DO UPDATE SET value = value + ?2"},
    {Sql::counters, "SELECT name, value FROM counter ORDER BY name"},
    {Sql::name_find, "SELECT no FROM name WHERE text = ?1"},
    {Sql::name_add, "INSERT INTO name(text) VALUES(?1)"},
    {Sql::name_text, "SELECT text FROM name WHERE no = ?1"},
    {Sql::names_from, "SELECT no, text FROM name WHERE text >= ?1 ORDER BY text"},
    {Sql::resource_find, "SELECT no FROM resource WHERE hash = ?1"},
    {Sql::resource_add, "INSERT INTO resource(hash, data) VALUES(?1, ?2)"},
    {Sql::resource_data, "SELECT data FROM resource WHERE no = ?1"},
    {Sql::scope_find, "SELECT no FROM scope WHERE hash = ?1"},
    {Sql::scope_add, "INSERT INTO scope(hash, data) VALUES(?1, ?2)"},
    {Sql::scope_data, "SELECT data FROM scope WHERE no = ?1"},
    {Sql::setting_find,
     "SELECT no FROM setting WHERE resource = ?1 AND scope = ?2 AND service = ?3 AND scope_name = ?4 AND "
     "dialect = ?5 AND namespace = ?6 AND run_id = ?7 AND agent = ?8 AND model = ?9 AND provider = ?10 AND "
     "usage_rule = ?11"},
    {Sql::setting_add,
     "INSERT INTO setting(resource, scope, service, scope_name, dialect, namespace, run_id, agent, model, "
     "provider, usage_rule) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"},
    {Sql::setting_read,
     "SELECT resource, scope, service, scope_name, dialect, namespace, run_id, agent, model, provider, "
     "usage_rule FROM setting WHERE no = ?1"},
    {Sql::blob_last, "SELECT max(no) FROM blob"},
    {Sql::blob_find, "SELECT no FROM blob WHERE substr(id, 1, 6) = ?1 AND id = ?2"},
    {Sql::blob_add, "INSERT INTO blob(no, id, data, recipe, base) VALUES(?, ?, ?, ?, ?)"},
    {Sql::blob_read, "SELECT data, recipe, base FROM blob WHERE no = ?1"},
    // A mended dialect may read another message in the same element.
    {Sql::message_add,
     "INSERT INTO message(no, id) VALUES(?, ?) ON CONFLICT(no) DO UPDATE SET id = excluded.id WHERE id <> excluded.id"},
    {Sql::message_read, "SELECT id FROM message WHERE no = ?1"},
    {Sql::sequence_last, "SELECT max(no) FROM sequence"},
    {Sql::sequence_add, "INSERT INTO sequence(no, ops, base, depth) VALUES(?, ?, ?, ?)"},
    {Sql::sequence_read, "SELECT ops, base FROM sequence WHERE no = ?1"},
    {Sql::sequence_depth, "SELECT depth FROM sequence WHERE no = ?1"},
    {Sql::context_find, "SELECT no FROM context WHERE substr(id, 1, 6) = ?1 AND id = ?2"},
    {Sql::context_add,
     "INSERT INTO context(id, leading, messages, input, input_format, system, system_format, tools, "
     "tools_format) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)"},
    {Sql::context_read,
     "SELECT id, leading, messages, input, input_format, system, system_format, tools, tools_format FROM "
     "context WHERE no = ?1"},
    {Sql::trace_last, "SELECT max(no) FROM trace"},
    {Sql::trace_find, "SELECT no FROM trace WHERE id = ?1"},
    {Sql::trace_add,
     "INSERT INTO trace(no, id, heard_of_ns, spans, changes, dirty_since_ns, normaliser) VALUES(?, ?, ?, ?, ?, ?, ?)"},
    {Sql::trace_touch,
     "UPDATE trace SET heard_of_ns = ?2, spans = spans + ?3, changes = changes + ?4, "
     "dirty_since_ns = coalesce(dirty_since_ns, ?5), normaliser = min(normaliser, ?6) WHERE no = ?1"},
    // Not those that are being pruned (k_normaliser_leaving): they would come back.
    {Sql::trace_dirty,
     "SELECT id FROM trace WHERE dirty_since_ns IS NOT NULL AND normaliser <> 2147483647 "
     "ORDER BY dirty_since_ns, no LIMIT ?1"},
    {Sql::trace_changes, "SELECT no, spans, changes FROM trace WHERE id = ?1"},
    // From the earliest part of each trace.
    {Sql::trace_list,
     "SELECT t.no, t.id, p.start_ns, t.spans, x.id FROM part p CROSS JOIN trace t LEFT JOIN session x ON x.no = "
     "t.session "
     "WHERE p.start_ns BETWEEN ?1 AND ?2 AND t.no = p.trace AND (p.start_ns < ?3 OR t.id < ?4) "
     "AND NOT EXISTS (SELECT 1 FROM part q WHERE q.trace = p.trace "
     "AND (q.start_ns < p.start_ns OR (q.start_ns = p.start_ns AND q.session < p.session))) "
     "AND (?5 IS NULL OR EXISTS (SELECT 1 FROM part r WHERE r.trace = p.trace AND r.session = ?5)) "
     "ORDER BY p.start_ns DESC, t.id DESC"},
    {Sql::trace_root,
     "SELECT s.name, g.service FROM span s JOIN setting g ON g.no = s.setting "
     "WHERE s.trace = ?1 AND s.parent IS NULL ORDER BY s.start_ns, s.span_id LIMIT 1"},
    {Sql::trace_ids_from, "SELECT no, id FROM trace WHERE id >= ?1 ORDER BY id"},
    {Sql::trace_clean, "UPDATE trace SET session = ?2, dirty_since_ns = NULL WHERE no = ?1"},
    {Sql::trace_postpone, "UPDATE trace SET dirty_since_ns = ?2 WHERE no = ?1 AND dirty_since_ns IS NOT NULL"},
    {Sql::trace_again,
     "UPDATE trace SET changes = changes + ?2, dirty_since_ns = coalesce(dirty_since_ns, ?3), normaliser = ?4 "
     "WHERE no = ?1"},
    {Sql::prices_day, "SELECT value FROM meta WHERE name = 'prices_day'"},
    {Sql::prices_day_set, "INSERT OR REPLACE INTO meta(name, value) VALUES('prices_day', ?1)"},
    {Sql::span_find, "SELECT no, rank, start_ns, duration_ns, hash FROM span WHERE trace = ?1 AND span_id = ?2"},
    {Sql::span_add,
     "INSERT INTO span("
     "trace, span_id, start_ns, duration_ns, hash, kind, status, rank, setting, name, parent, packed, "
     "refs, tool_name, tool_call_id, session_key, context, basis, input, cache_read, cache_write, output, "
     "reasoning, response_id, requested_calls, cost_pico_usd, cost_kind, ttft_ns, error_type, rollup, "
     "cancelled, exit_code) "
     "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, "
     "?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31, ?32) "
     "ON CONFLICT DO NOTHING"},
    {Sql::span_update,
     "UPDATE span SET "
     "start_ns = ?3, duration_ns = ?4, hash = ?5, kind = ?6, status = ?7, rank = ?8, setting = ?9, "
     "name = ?10, parent = ?11, packed = ?12, refs = ?13, tool_name = ?14, tool_call_id = ?15, "
     "session_key = ?16, context = ?17, basis = ?18, input = ?19, cache_read = ?20, cache_write = ?21, "
     "output = ?22, reasoning = ?23, response_id = ?24, requested_calls = ?25, cost_pico_usd = ?26, "
     "cost_kind = ?27, ttft_ns = ?28, error_type = ?29, rollup = ?30, cancelled = ?31, exit_code = ?32 "
     "WHERE trace = ?1 AND span_id = ?2"},
    {Sql::span_facts,
     "SELECT s.span_id, s.start_ns, s.duration_ns, s.kind, s.status, s.rank, s.setting, s.name, s.parent, s.tool_name, "
     "s.tool_call_id, s.session_key, s.basis, s.input, s.cache_read, s.cache_write, s.output, s.reasoning, "
     "s.response_id, s.requested_calls, s.cost_pico_usd, s.cost_kind, s.ttft_ns, s.error_type, s.rollup, s.cancelled, "
     "s.exit_code, c.id "
     "FROM span s LEFT JOIN context c ON c.no = s.context WHERE s.trace = ?1 ORDER BY s.span_id"},
    {Sql::span_full,
     "SELECT s.span_id, s.start_ns, s.duration_ns, s.kind, s.status, s.rank, s.setting, s.name, s.parent, s.tool_name, "
     "s.tool_call_id, s.session_key, s.basis, s.input, s.cache_read, s.cache_write, s.output, s.reasoning, "
     "s.response_id, s.requested_calls, s.cost_pico_usd, s.cost_kind, s.ttft_ns, s.error_type, s.rollup, s.cancelled, "
     "s.exit_code, c.id, s.packed, s.refs "
     "FROM span s JOIN trace t ON t.no = s.trace LEFT JOIN place p ON p.span = s.no "
     "LEFT JOIN context c ON c.no = s.context "
     "WHERE s.trace = ?1 AND coalesce(p.session, t.session) = ?2 ORDER BY s.span_id"},
    {Sql::span_full_of_trace,
     "SELECT s.span_id, s.start_ns, s.duration_ns, s.kind, s.status, s.rank, s.setting, s.name, s.parent, s.tool_name, "
     "s.tool_call_id, s.session_key, s.basis, s.input, s.cache_read, s.cache_write, s.output, s.reasoning, "
     "s.response_id, s.requested_calls, s.cost_pico_usd, s.cost_kind, s.ttft_ns, s.error_type, s.rollup, s.cancelled, "
     "s.exit_code, c.id, s.packed, s.refs "
     "FROM span s "
     "LEFT JOIN context c ON c.no = s.context "
     "WHERE s.trace = ?1 ORDER BY s.span_id"},
    {Sql::span_full_one,
     "SELECT s.span_id, s.start_ns, s.duration_ns, s.kind, s.status, s.rank, s.setting, s.name, s.parent, s.tool_name, "
     "s.tool_call_id, s.session_key, s.basis, s.input, s.cache_read, s.cache_write, s.output, s.reasoning, "
     "s.response_id, s.requested_calls, s.cost_pico_usd, s.cost_kind, s.ttft_ns, s.error_type, s.rollup, s.cancelled, "
     "s.exit_code, c.id, s.packed, s.refs "
     "FROM span s "
     "LEFT JOIN context c ON c.no = s.context "
     "WHERE s.trace = ?1 AND s.span_id = ?2"},
    {Sql::span_record, "SELECT packed, refs FROM span WHERE trace = ?1 AND span_id = ?2"},
    {Sql::span_places,
     "SELECT s.no, s.span_id, p.session, p.step, p.counted, p.is_call, p.cost_kind, p.cost_pico_usd "
     "FROM span s LEFT JOIN place p ON p.span = s.no WHERE s.trace = ?1"},
    {Sql::place_set,
     "INSERT OR REPLACE INTO place(span, session, step, counted, is_call, cost_kind, cost_pico_usd) "
     "VALUES(?, ?, ?, ?, ?, ?, ?)"},
    {Sql::place_clear, "DELETE FROM place WHERE span = ?1"},
    {Sql::session_find, "SELECT no FROM session WHERE id = ?1"},
    {Sql::session_add, "INSERT INTO session(id, namespace, key) VALUES(?, ?, ?)"},
    {Sql::session_no, "SELECT no FROM session WHERE id = ?1 AND start_ns IS NOT NULL"},
    {Sql::session_start, "SELECT min(start_ns) FROM part WHERE session = ?1"},
    {Sql::session_set_start, "UPDATE session SET start_ns = ?2 WHERE no = ?1 AND start_ns IS NOT ?2"},
    {Sql::session_drop, "DELETE FROM session WHERE no = ?1 AND NOT EXISTS(SELECT 1 FROM part WHERE session = ?1)"},
    {Sql::session_list,
     "SELECT no FROM session WHERE start_ns IS NOT NULL AND start_ns BETWEEN ?1 AND ?2 "
     "AND (start_ns < ?3 OR id < ?4) ORDER BY start_ns DESC, id DESC"},
    {Sql::session_head, "SELECT id, namespace, key FROM session WHERE no = ?1"},
    {Sql::session_ids_from, "SELECT id FROM session WHERE id >= ?1 AND start_ns IS NOT NULL ORDER BY id"},
    {Sql::sessions_of_key, "SELECT id FROM session WHERE key = ?1 AND start_ns IS NOT NULL ORDER BY id LIMIT ?2"},
    {Sql::sessions_of_trace,
     "SELECT x.id FROM part p JOIN session x ON x.no = p.session WHERE p.trace = ?1 ORDER BY x.id LIMIT ?2"},
    {Sql::part_list,
     "SELECT t.id, t.heard_of_ns, "
     "p.agent, p.service, p.task, p.start_ns, p.end_ns, p.has_ended_root, p.root_status, p.cancelled, "
     "p.spans, p.steps, p.llm_calls, p.tool_calls, p.errors, p.models, p.input, p.cache_read, "
     "p.cache_write, p.output, p.reasoning, p.cost_pico_usd, p.reported_calls, p.computed_calls, p.partial_calls, "
     "p.unpriced_calls "
     "FROM part p JOIN trace t ON t.no = p.trace WHERE p.session = ?1"},
    {Sql::part_traces,
     "SELECT t.no, t.id FROM part p JOIN trace t ON t.no = p.trace WHERE p.session = ?1 ORDER BY t.id"},
    {Sql::part_states,
     "SELECT t.no, t.changes, coalesce(t.dirty_since_ns, 0), t.normaliser FROM part p JOIN trace t ON t.no = p.trace "
     "WHERE p.session = ?1 ORDER BY p.trace"},
    {Sql::part_names, "SELECT agent, service, models FROM part WHERE session = ?1"},
    {Sql::part_sums,
     "SELECT session, agent, service, models, end_ns, errors, input, cache_read, cache_write, output, reasoning "
     "FROM part WHERE trace = ?1 ORDER BY start_ns, session"},
    {Sql::part_sessions, "SELECT session FROM part WHERE trace = ?1"},
    {Sql::part_delete, "DELETE FROM part WHERE trace = ?1"},
    {Sql::part_add,
     "INSERT INTO part("
     "trace, session, agent, service, task, start_ns, end_ns, has_ended_root, root_status, cancelled, "
     "spans, steps, llm_calls, tool_calls, errors, models, input, cache_read, cache_write, output, "
     "reasoning, cost_pico_usd, reported_calls, computed_calls, partial_calls, unpriced_calls) "
     "VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"},
    {Sql::log_find, "SELECT no FROM log WHERE trace IS ?1 AND time_ns = ?2 AND substr(hash, 1, 6) = ?3 AND hash = ?4"},
    {Sql::log_add,
     "INSERT INTO log(hash, time_ns, trace, span_id, event_name, service, resource, scope, packed, refs, tells) "
     "VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"},
    {Sql::log_list,
     "SELECT no, span_id, time_ns, event_name, service, resource, scope, packed, refs, repeats "
     "FROM log WHERE trace = ?1 ORDER BY time_ns, no"},
    {Sql::log_repeat, "UPDATE log SET repeats = coalesce(repeats, 0) + 1 WHERE no = ?1"},
    // The plus keeps it from log_by_trace, which has this order and reads all that is told of the whole trace.
    {Sql::log_telling,
     "SELECT no, span_id, time_ns, event_name, service, resource, scope, packed, refs, repeats "
     "FROM log WHERE trace = ?1 AND span_id = ?2 AND tells = 1 ORDER BY +time_ns, hash LIMIT ?3"},
    {Sql::log_told, "SELECT DISTINCT span_id FROM log WHERE trace = ?1 AND tells = 1 ORDER BY span_id"},
    // A new ticket, behind all others.
    {Sql::amend_told_span,
     "INSERT OR REPLACE INTO amendment(trace, span_id) SELECT trace, span_id FROM log "
     "WHERE trace = ?1 AND span_id = ?2 AND tells = 1 LIMIT 1"},
    {Sql::amend_telling_log,
     "INSERT OR REPLACE INTO amendment(trace, span_id) SELECT trace, span_id FROM span "
     "WHERE trace = ?1 AND span_id = ?2"},
    {Sql::amend_next,
     "SELECT a.ticket, a.trace, a.span_id, t.id FROM amendment a LEFT JOIN trace t ON t.no = a.trace "
     "WHERE a.ticket > ?1 ORDER BY a.ticket LIMIT 1"},
    {Sql::amend_ticket, "SELECT trace FROM amendment WHERE ticket = ?1"},
    {Sql::amend_done, "DELETE FROM amendment WHERE ticket = ?1"},
    // Nothing was heard of it, so heard_of_ns stays. Not those that are being pruned, as above: a file of an older
    // version may have spans of these wait.
    {Sql::trace_amended,
     "UPDATE trace SET changes = changes + 1, dirty_since_ns = coalesce(dirty_since_ns, ?2), "
     "normaliser = min(normaliser, ?3) WHERE no = ?1 AND normaliser <> 2147483647"},
    {Sql::point_find, "SELECT no FROM metric_point WHERE time_ns = ?1 AND substr(key, 1, 6) = ?2 AND key = ?3"},
    {Sql::point_add,
     "INSERT INTO metric_point(key, time_ns, name, service, resource, scope, metric) VALUES(?, ?, ?, ?, ?, ?, ?)"},
    {Sql::point_update, "UPDATE metric_point SET metric = ?2 WHERE no = ?1"},
    {Sql::point_list,
     "SELECT no, time_ns, name, service, resource, scope, metric FROM metric_point "
     "WHERE time_ns BETWEEN ?1 AND ?2 ORDER BY time_ns DESC, no DESC"},
    // Parts that may hold spans that start in ?1..?2: a part's end is behind every start.
    {Sql::stats_parts,
     "SELECT p.trace, p.session, p.agent, p.service, p.models, t.session, x.id FROM part p "
     "CROSS JOIN trace t ON t.no = p.trace CROSS JOIN session x ON x.no = p.session "
     "WHERE p.start_ns <= ?2 AND p.end_ns >= ?1"},
    {Sql::stats_parts_of_session,
     "SELECT p.trace, p.session, p.agent, p.service, p.models, t.session, x.id FROM part p "
     "CROSS JOIN trace t ON t.no = p.trace CROSS JOIN session x ON x.no = p.session "
     "WHERE p.session = ?3 AND p.start_ns <= ?2 AND p.end_ns >= ?1"},
    {Sql::stats_calls,
     "SELECT s.start_ns, s.duration_ns, s.status, s.kind, g.agent, g.model, p.counted, coalesce(p.is_call, p.counted), "
     "iif(p.cost_kind IS NULL, s.cost_pico_usd, p.cost_pico_usd), coalesce(p.cost_kind, s.cost_kind), s.input, "
     "s.cache_read, s.cache_write, s.output, s.reasoning "
     "FROM span s CROSS JOIN place p ON p.span = s.no CROSS JOIN setting g ON g.no = s.setting "
     "WHERE s.trace = ?1 AND s.start_ns BETWEEN ?2 AND ?3 AND p.session = ?4 AND (p.counted = 1 OR p.is_call = 1)"},
    {Sql::stats_tools,
     "SELECT s.start_ns, s.duration_ns, s.status, s.tool_name FROM span s LEFT JOIN place p ON p.span = s.no "
     "WHERE s.trace = ?1 AND s.start_ns BETWEEN ?2 AND ?3 AND s.kind = 3 AND coalesce(p.session, ?5) = ?4 "
     "AND coalesce(p.is_call, 0) <> 2"},
    {Sql::search_state, "SELECT until, spans, latest_ns FROM search_state WHERE no = 1"},
    {Sql::search_advance,
     "UPDATE search_state SET until = ?1, spans = spans + 1, "
     "latest_ns = max(latest_ns, (SELECT start_ns FROM span WHERE no = ?1)) WHERE no = 1"},
    {Sql::search_removals, "SELECT removals FROM search_state WHERE no = 1"},
    {Sql::search_again_changed, "SELECT min(span) FROM search_again WHERE why > 0"},
    {Sql::search_again_next, "SELECT min(span) FROM search_again"},
    {Sql::search_again_forgotten, "UPDATE search_again SET why = 0 WHERE span = ?1"},
    {Sql::search_again_done, "DELETE FROM search_again WHERE span = ?1"},
    // A session that was pruned has nothing left to look at.
    {Sql::search_again_count,
     "SELECT (SELECT count(*) FROM search_again) + (SELECT count(*) FROM search_suspect s WHERE EXISTS(SELECT 1 FROM "
     "part p WHERE p.session = s.session))"},
    {Sql::search_suspect, "SELECT session, since_ns FROM search_suspect WHERE session > 0 ORDER BY session LIMIT 1"},
    {Sql::search_suspect_spans,
     "INSERT OR IGNORE INTO search_again(span, why) SELECT s.no, 0 FROM part p CROSS JOIN trace t ON t.no = p.trace "
     "CROSS JOIN span s ON s.trace = p.trace LEFT JOIN place w ON w.span = s.no WHERE p.session = ?1 AND "
     "s.start_ns >= ?2 AND s.no <= (SELECT until FROM search_state WHERE no = 1) AND coalesce(w.session, t.session) = "
     "?1"},
    {Sql::search_suspect_done, "DELETE FROM search_suspect WHERE session = ?1"},
    {Sql::search_span,
     "SELECT coalesce(p.session, t.session, 0), s.start_ns, s.packed, s.refs, c.system, c.input, c.tools FROM span s "
     "JOIN trace t ON t.no = s.trace LEFT JOIN place p ON p.span = s.no LEFT JOIN context c ON c.no = s.context "
     "WHERE s.no = ?1"},
    {Sql::search_span_head,
     "SELECT t.id, s.span_id, s.start_ns, s.kind, s.name FROM span s JOIN trace t ON t.no = s.trace WHERE s.no = ?1"},
    {Sql::search_placed, "SELECT start_ns FROM search_place WHERE text = ?1 AND session = ?2"},
    {Sql::search_place_add,
     "INSERT INTO search_place(text, session, span, start_ns) VALUES(?1, ?2, ?3, ?4) ON CONFLICT(text, session) "
     "DO UPDATE SET span = excluded.span, start_ns = excluded.start_ns WHERE excluded.start_ns < start_ns"},
    {Sql::search_places,
     "SELECT w.no, w.span, w.start_ns, coalesce(p.session, t.session, 0) FROM search_place w JOIN span s ON s.no = "
     "w.span "
     "JOIN trace t ON t.no = s.trace LEFT JOIN place p ON p.span = s.no WHERE w.text = ?1 LIMIT ?2"},
    {Sql::search_text_known, "SELECT 1 FROM search_place WHERE text = ?1 LIMIT 1"},
    {Sql::search_text_add, "INSERT OR REPLACE INTO search_text(rowid, text) VALUES(?1, ?2)"},
    {Sql::search_forget,
     "DELETE FROM search_place WHERE span = ?1 AND session <> 0 AND ((SELECT why FROM search_again WHERE span = ?1) = "
     "2 "
     "OR session IS NOT (SELECT coalesce(p.session, t.session) FROM span s JOIN trace t ON t.no = s.trace LEFT JOIN "
     "place p ON p.span = s.no WHERE s.no = ?1))"},
    {Sql::search_forget_unknown, "DELETE FROM search_place WHERE span = ?1 AND session = 0"},
    {Sql::search_texts, "SELECT rowid FROM search_text WHERE search_text MATCH ?1 ORDER BY rowid DESC LIMIT ?2"},
    {Sql::span_last, "SELECT max(no) FROM span"},
    {Sql::span_next, "SELECT no FROM span WHERE no > ?1 ORDER BY no LIMIT 1"},
    {Sql::span_packed, "SELECT packed FROM span WHERE no = ?1"},
};

constexpr bool in_order() {
  size_t expected = 0;
  for (const Entry& entry : k_entries) {
    if (static_cast<size_t>(entry.sql) != expected++) return false;
  }
  return expected == static_cast<size_t>(Sql::count_);
}
static_assert(in_order());
}  // namespace

std::string_view text_of(Sql sql) { return k_entries[static_cast<size_t>(sql)].text; }

Result<sqlite::Lease> Statements::use(Sql sql) {
  auto& prepared = prepared_[static_cast<size_t>(sql)];
  if (!prepared) prepared.emplace(TRY(database_.prepare(text_of(sql))));
  return sqlite::Lease(&*prepared);
}

}  // namespace strobe::store
