#include "model/kind.h"
#include "store/sqlite/schema.h"

namespace strobe::store {

namespace {
// "CASE x WHEN 0 THEN 'span' ... END" for the values first..last of a stored enum.
template <typename Enum>
std::string words(const std::string& column, Enum last) {
  std::string sql = "CASE " + column;
  for (int value = 0; value <= static_cast<int>(last); ++value) {
    sql += " WHEN " + std::to_string(value) + " THEN '" + std::string(name_of(static_cast<Enum>(value))) + "'";
  }
  return sql + " END";
}

std::string name(const std::string& number) { return "(SELECT nullif(text, '') FROM name WHERE no = " + number + ")"; }

std::string spans_view() {
  return R"sql(
CREATE VIEW spans AS SELECT
  lower(hex(t.id)) AS trace_id, printf('%016x', s.span_id) AS span_id,
  CASE WHEN s.parent IS NOT NULL THEN printf('%016x', s.parent) END AS parent_span_id,
  lower(hex(x.id)) AS session, )sql" +
         name("x.key") + " AS session_key, " + words("s.kind", Kind::run) + " AS kind, " +
         words("s.status", SpanStatus::error) + " AS status, " + name("s.name") + " AS name, " + name("g.agent") +
         " AS agent, " + name("g.model") + " AS model, " + name("g.provider") + " AS provider, " + name("g.service") +
         " AS service, " + name("g.scope_name") + " AS scope, " + name("g.run_id") + " AS run_id, " +
         name("s.session_key") + " AS named_session, " + name("g.namespace") + " AS namespace, " + name("s.tool_name") +
         " AS tool_name, s.tool_call_id, " + name("s.error_type") + R"sql( AS error_type,
  s.start_ns AS start_unix_ns, max(s.duration_ns, 0) AS duration_ns,
  s.input AS input_tokens, s.cache_read AS cache_read_tokens, s.cache_write AS cache_write_tokens,
  s.output AS output_tokens, s.reasoning AS reasoning_tokens, )sql" +
         name("g.usage_rule") + R"sql( AS usage_rule,
  iif(p.cost_kind IS NULL, s.cost_pico_usd, p.cost_pico_usd) / 1e12 AS cost_usd, )sql" +
         words("coalesce(p.cost_kind, s.cost_kind, 0)", CostKind::partial) + R"sql( AS cost_kind,
  coalesce(p.counted, 0) AS counted, coalesce(p.step, 0) AS trace_step, s.ttft_ns,
  lower(hex(c.id)) AS context_id, )sql" +
         words("coalesce(s.basis, 0)", ContextBasis::inferred) + R"sql( AS context_basis
FROM span s JOIN trace t ON t.no = s.trace JOIN setting g ON g.no = s.setting
  LEFT JOIN place p ON p.span = s.no LEFT JOIN session x ON x.no = coalesce(p.session, t.session)
  LEFT JOIN context c ON c.no = s.context;
)sql";
}

std::string sessions_view() {
  return R"sql(
CREATE VIEW sessions AS SELECT
  lower(hex(x.id)) AS id, )sql" +
         name("x.key") + " AS key, " + name("x.namespace") + R"sql( AS namespace,
  (SELECT n.text FROM part q JOIN name n ON n.no = q.agent WHERE q.session = x.no AND q.agent <> 0
    ORDER BY q.start_ns LIMIT 1) AS agent,
  (SELECT n.text FROM part q JOIN name n ON n.no = q.service WHERE q.session = x.no AND q.service <> 0
    ORDER BY q.start_ns LIMIT 1) AS service,
  (SELECT q.task FROM part q WHERE q.session = x.no AND q.task <> '' ORDER BY q.start_ns LIMIT 1) AS task,
  x.start_ns AS start_unix_ns, max(max(p.end_ns) - x.start_ns, 0) AS duration_ns,
  sum(p.spans) AS spans, sum(p.steps) AS steps, sum(p.llm_calls) AS llm_calls, sum(p.tool_calls) AS tool_calls,
  sum(p.errors) AS errors,
  (SELECT group_concat(text, ',') FROM (SELECT DISTINCT n.text FROM part q, json_each(q.models) m
    JOIN name n ON n.no = m.value WHERE q.session = x.no ORDER BY n.text)) AS models,
  sum(p.input) AS input_tokens, sum(p.cache_read) AS cache_read_tokens, sum(p.cache_write) AS cache_write_tokens,
  sum(p.output) AS output_tokens, sum(p.reasoning) AS reasoning_tokens,
  CASE WHEN sum(p.reported_calls + p.computed_calls + p.partial_calls) > 0 THEN sum(p.cost_pico_usd / 1e12) END
    AS cost_usd,
  CASE WHEN sum(p.reported_calls + p.computed_calls + p.partial_calls) = 0 THEN 'unpriced'
    WHEN sum(p.partial_calls + p.unpriced_calls) > 0 THEN 'partial' WHEN sum(p.computed_calls) > 0 THEN 'computed'
    ELSE 'reported' END AS cost_kind,
  sum(p.unpriced_calls) AS unpriced_calls, count(*) AS traces, max(p.cancelled) AS cancelled
FROM session x JOIN part p ON p.session = x.no GROUP BY x.no;
)sql";
}

constexpr const char* k_other_views = R"sql(
CREATE VIEW traces AS SELECT
  lower(hex(t.id)) AS trace_id, lower(hex(x.id)) AS session, t.spans, t.heard_of_ns AS heard_of_unix_ns,
  (SELECT min(s.start_ns) FROM span s WHERE s.trace = t.no) AS start_unix_ns, t.dirty_since_ns IS NOT NULL AS pending
FROM trace t LEFT JOIN session x ON x.no = t.session;

CREATE VIEW messages AS SELECT
  lower(hex(m.id)) AS message_id, lower(hex(b.id)) AS element_id, m.no & 255 AS element_format,
  length(b.data) AS stored_bytes
FROM message m JOIN blob b ON b.no = m.no >> 8;

CREATE VIEW contexts AS SELECT
  lower(hex(c.id)) AS context_id, c.messages, c.leading AS leading_messages FROM context c;
)sql";
}  // namespace

std::string view_definitions() { return spans_view() + sessions_view() + k_other_views; }

}  // namespace strobe::store
