#include "cli/commands/commands.h"
#include "cli/filter.h"
#include "query/query.h"
#include "view/list_notes.h"
#include "view/lists.h"
#include "view/session_json.h"

namespace strobe::cli {

namespace {

constexpr size_t k_sessions_default = 50;

Result<view::Tally> sessions_in_all(store::Store& store, TimeNs now) {
  return tally_of(TRY(query::list_sessions(store, {.limit = k_tally_max + 1}, now)).size());
}

// Rows beyond `limit` are there to be counted.
Result<std::string> text_of(store::Store& store, std::vector<SessionSummary> rows, size_t limit, const Session& session,
                            const std::string& conditions) {
  if (rows.empty()) {
    if (conditions.empty())
      return std::string("no sessions: nothing was recorded yet, strobe run -- CMD records an agent\n");
    return view::no_match_note("session", conditions, TRY(sessions_in_all(store, session.clock->now())));
  }
  const view::Tally more = cut_to_limit(rows, limit);
  return view::sessions_text(rows, session.style) + view::more_note(more);
}

Result<int> run(const Session& session, const Invocation& invocation) {
  const auto limit = limit_of(invocation, k_sessions_default);
  if (!limit) return usage_or_error(limit.error(), "sessions");
  const auto store = TRY(open_for_questions(session.store_path));
  TRY_VOID(index_for(invocation, *store));
  const auto scope = TRY(store->read_scope());
  const auto filter = filter_of(invocation, *store, session.clock->now());
  if (!filter) return usage_or_error(filter.error(), "sessions");
  const size_t asked = session.json ? *limit : limit_and_tally(*limit);
  auto rows = query::list_sessions(*store, {.filter = *filter, .after = {}, .limit = asked}, filter->now);
  if (!rows) return usage_or_error(rows.error(), "sessions");
  TRY_VOID(print(session.json ? view::sessions_json(*rows)
                              : TRY(text_of(*store, *std::move(rows), *limit, session, conditions_of(invocation)))));
  return 0;
}

}  // namespace

const Command& sessions_command() {
  static const Command command = {
      .name = "sessions",
      .summary = "lists recorded sessions, newest first",
      .options = with_filter_options({{"--limit", "N", "at most N sessions (default 50; 0: all)"}}),
      .run = run};
  return command;
}

}  // namespace strobe::cli
