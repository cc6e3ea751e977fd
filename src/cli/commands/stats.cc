#include "cli/commands/commands.h"
#include "cli/filter.h"
#include "query/lists.h"
#include "view/list_notes.h"
#include "view/stats_view.h"

namespace strobe::cli {

namespace {

constexpr size_t k_rows_default = 100;

Result<std::string> text_of(store::Store& store, StatsBy by, std::vector<StatsRow> rows, size_t limit,
                            const Session& session, const std::string& conditions) {
  const std::string noun = by == StatsBy::tool ? "tool call" : "call";
  if (rows.empty()) {
    const auto all = conditions.empty() ? std::vector<StatsRow>() : TRY(query::stats(store, by, {}));
    size_t calls = 0;
    for (const StatsRow& row : all) calls += static_cast<size_t>(row.calls);
    if (!conditions.empty()) return view::no_match_note(noun, conditions, {.count = calls});
    return "no " + noun + " was recorded: strobe sessions lists what there is\n";
  }
  const view::Tally more{.count = rows.size() > limit ? rows.size() - limit : 0};
  rows.resize(rows.size() - more.count);
  return view::stats_text(by, rows, session.style) + view::more_note(more);
}

Result<int> run(const Session& session, const Invocation& invocation) {
  const auto limit = limit_of(invocation, k_rows_default);
  if (!limit) return usage_or_error(limit.error(), "stats");
  const auto by = query::stats_by_of(invocation.get("by", "model"));
  if (!by) return usage_or_error(by.error(), "stats");
  const auto store = TRY(open_for_questions(session.store_path));
  TRY_VOID(index_for(invocation, *store));
  const auto scope = TRY(store->read_scope());
  const auto filter = filter_of(invocation, *store, session.clock->now());
  if (!filter) return usage_or_error(filter.error(), "stats");
  auto rows = query::stats(*store, *by, *filter);
  if (!rows) return usage_or_error(rows.error(), "stats");
  if (session.json && rows->size() > *limit) rows->resize(*limit);
  TRY_VOID(print(session.json
                     ? view::stats_json(*by, *rows)
                     : TRY(text_of(*store, *by, *std::move(rows), *limit, session, conditions_of(invocation)))));
  return 0;
}

}  // namespace

const Command& stats_command() {
  static const Command command = {
      .name = "stats",
      .summary = "tokens, cost, errors and latency by model, tool, agent or day",
      .options = with_filter_options({{"--by",
                                       "KEY",
                                       "model (default), tool, agent, session or day",
                                       {"model", "tool", "agent", "session", "day"}},
                                      {"--limit", "N", "at most N rows (default 100; 0: all)"}}),
      .run = run};
  return command;
}

}  // namespace strobe::cli
