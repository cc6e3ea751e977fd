#include "store/sqlite/trace_list.h"

#include <algorithm>

#include "base/saturated.h"
#include "store/sqlite/start_range.h"

namespace strobe::store {

Result<std::vector<TraceRow>> TraceList::list(const TraceFilter& filter, SessionMatch& match) {
  const StartRange range = start_range(filter.filter, filter.after);
  std::vector<TraceRow> rows;
  auto statement = TRY(core_.sql.use(Sql::trace_list));
  statement->bind_all(range.first_ns, range.last_ns, range.after_ns, sqlite::Blob{range.after_id},
                      match.only_session());
  while (rows.size() < filter.limit && TRY(statement->step())) {
    const auto number = static_cast<uint64_t>(statement->int64(0));
    TraceRow row;
    const auto id = TraceId::from_bytes(statement->blob(1));
    if (!id) return fail(ErrorCode::corrupt, "a stored trace id has a wrong length");
    row.id = *id;
    row.start = {statement->int64(2)};
    row.end = row.start;
    row.spans = statement->int64(3);
    row.session = SessionId::from_bytes(statement->blob(4)).value_or(SessionId());
    if (!TRY(add_parts(number, match, row))) continue;
    TRY_VOID(add_root(number, row));
    rows.push_back(std::move(row));
  }
  return rows;
}

Result<bool> TraceList::add_parts(uint64_t trace, SessionMatch& match, TraceRow& row) {
  auto statement = TRY(core_.sql.use(Sql::part_sums));
  statement->bind_all(trace);
  bool matches = false;
  while (TRY(statement->step())) {
    const auto session = static_cast<uint64_t>(statement->int64(0));
    const auto service = static_cast<uint64_t>(statement->int64(2));
    if (!matches && TRY(match.session_matches(session))) {
      matches = TRY(match.part_matches(static_cast<uint64_t>(statement->int64(1)), service, statement->text(3)));
    }
    row.end = std::max(row.end, TimeNs{statement->int64(4)});
    add_to(row.errors, statement->int64(5));
    for (int column = 6; column <= 10; ++column) add_to(row.tokens, statement->int64(column));
    if (row.service.empty()) row.service = TRY(names_.text(service));
  }
  return matches;
}

Result<void> TraceList::add_root(uint64_t trace, TraceRow& row) {
  auto statement = TRY(core_.sql.use(Sql::trace_root));
  statement->bind_all(trace);
  if (!TRY(statement->step())) return {};
  row.root_name = TRY(names_.text(static_cast<uint64_t>(statement->int64(0))));
  row.service = TRY(names_.text(static_cast<uint64_t>(statement->int64(1))));
  return {};
}

}  // namespace strobe::store
