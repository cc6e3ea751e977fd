#include "store/sqlite/stats.h"

#include <algorithm>

#include "base/human_time.h"

namespace strobe::store {

namespace {
// Columns of the two statements. Those of calls go on where those of tools end.
enum Column {
  k_start,
  k_duration,
  k_status,
  k_tool_name,
  k_kind = k_tool_name,
  k_agent,
  k_model,
  k_counted,
  k_is_call,
  k_cost,
  k_cost_kind,
  k_usage,
};

// As SpanFacts::duration() has it: the column is end minus start, wrapping.
DurationNs duration_of(int64_t start, int64_t difference) {
  const auto end = static_cast<int64_t>(static_cast<uint64_t>(start) + static_cast<uint64_t>(difference));
  return end < start ? DurationNs{} : TimeNs{end} - TimeNs{start};
}

StatsSpan span_of(const sqlite::Statement& statement) {
  return {.failed = static_cast<SpanStatus>(statement.int64(k_status)) == SpanStatus::error,
          .duration = duration_of(statement.int64(k_start), statement.int64(k_duration))};
}
}  // namespace

Result<std::vector<StatsRow>> Stats::sum(StatsBy by, const Filter& filter, SessionMatch& match) {
  Question question{.by = by, .range = start_range(filter.since, filter.until), .match = match, .sum = {}};
  const auto only = match.only_session();
  auto statement = TRY(core_.sql.use(only ? Sql::stats_parts_of_session : Sql::stats_parts));
  statement->bind_all(question.range.first_ns, question.range.last_ns);
  if (only) statement->bind(3, *only);
  while (TRY(statement->step())) {
    Part part{.trace = static_cast<uint64_t>(statement->int64(0)),
              .session = static_cast<uint64_t>(statement->int64(1)),
              .agent = static_cast<uint64_t>(statement->int64(2)),
              .service = static_cast<uint64_t>(statement->int64(3)),
              .main_session = static_cast<uint64_t>(statement->int64(5))};
    if (!TRY(match.session_matches(part.session))) continue;
    // A call names its model itself; a tool belongs to the agent and the models of its part.
    if (by == StatsBy::tool && !TRY(match.part_matches(part.agent, part.service, statement->text(4)))) continue;
    if (by == StatsBy::session) part.session_hex = to_hex(statement->blob(6));
    TRY_VOID(by == StatsBy::tool ? add_tools(part, question) : add_calls(part, question));
  }
  return question.sum.take_rows(by);
}

Result<void> Stats::add_tools(const Part& part, Question& question) {
  auto statement = TRY(core_.sql.use(Sql::stats_tools));
  statement->bind_all(part.trace, question.range.first_ns, question.range.last_ns, part.session, part.main_session);
  while (TRY(statement->step())) {
    StatsSpan span = span_of(*statement);
    span.is_counted = false;
    question.sum.add(TRY(names_.text(static_cast<uint64_t>(statement->int64(k_tool_name)))), span);
  }
  return {};
}

Result<void> Stats::add_calls(const Part& part, Question& question) {
  auto statement = TRY(core_.sql.use(Sql::stats_calls));
  statement->bind_all(part.trace, question.range.first_ns, question.range.last_ns, part.session);
  while (TRY(statement->step())) {
    const auto own_agent = static_cast<uint64_t>(statement->int64(k_agent));
    const uint64_t agent = own_agent != 0 ? own_agent : part.agent;
    if (!TRY(question.match.agent_matches(agent != 0 ? agent : part.service))) continue;
    if (!TRY(question.match.model_matches(static_cast<uint64_t>(statement->int64(k_model))))) continue;
    StatsSpan span = span_of(*statement);
    const auto kind = static_cast<Kind>(statement->int64(k_kind));
    span.is_call = (kind == Kind::llm || kind == Kind::embedding) && statement->int64(k_is_call) == 1;
    span.is_counted = statement->int64(k_counted) != 0;
    span.cost_pico_usd = statement->int64(k_cost);
    span.cost_kind = static_cast<CostKind>(statement->int64(k_cost_kind));
    int column = k_usage;
    for (auto field : {&Usage::input, &Usage::cache_read, &Usage::cache_write, &Usage::output, &Usage::reasoning}) {
      span.usage.*field = statement->int64(column++);
    }
    question.sum.add(TRY(key_of_call(*statement, part, question.by)), span);
  }
  return {};
}

Result<std::string> Stats::key_of_call(const sqlite::Statement& statement, const Part& part, StatsBy by) {
  switch (by) {
    case StatsBy::model: return names_.text(static_cast<uint64_t>(statement.int64(k_model)));
    case StatsBy::agent: {
      const auto own = static_cast<uint64_t>(statement.int64(k_agent));
      return names_.text(own != 0 ? own : part.agent);
    }
    case StatsBy::day: return name_of_day(day_of({statement.int64(k_start)}));
    case StatsBy::session:
    case StatsBy::tool: break;
  }
  return part.session_hex;
}

}  // namespace strobe::store
