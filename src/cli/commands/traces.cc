#include "cli/commands/commands.h"
#include "cli/filter.h"
#include "view/answers/rnix_traces.h"
#include "view/list_notes.h"
#include "view/trace_list.h"

namespace strobe::cli {

namespace {

constexpr size_t k_traces_default = 50;

Result<std::string> text_of(store::Store& store, std::vector<TraceRow> rows, size_t limit, const Session& session,
                            const std::string& conditions) {
  if (rows.empty()) {
    if (conditions.empty())
      return std::string("no traces: nothing was recorded yet, strobe run -- CMD records an agent\n");
    const auto all = TRY(store.traces({.limit = k_tally_max + 1}));
    return view::no_match_note("trace", conditions, tally_of(all.size()));
  }
  const view::Tally more = cut_to_limit(rows, limit);
  return view::traces_text(rows, session.style) + view::more_note(more);
}

Result<int> run(const Session& session, const Invocation& invocation) {
  const auto limit = limit_of(invocation, k_traces_default);
  if (!limit) return usage_or_error(limit.error(), "traces");
  const auto store = TRY(open_for_questions(session.store_path));
  TRY_VOID(index_for(invocation, *store));
  const auto scope = TRY(store->read_scope());
  const auto filter = filter_of(invocation, *store, session.clock->now());
  if (!filter) return usage_or_error(filter.error(), "traces");
  const bool is_rnix = invocation.get("format") == "rnix";
  const size_t asked = session.json || is_rnix ? *limit : limit_and_tally(*limit);
  auto rows = store->traces({.filter = *filter, .after = {}, .limit = asked});
  if (!rows) return usage_or_error(rows.error(), "traces");
  if (is_rnix) {
    TRY_VOID(print(view::rnix_traces_json(*rows)));
    return 0;
  }
  TRY_VOID(print(session.json ? view::traces_json(*rows)
                              : TRY(text_of(*store, *std::move(rows), *limit, session, conditions_of(invocation)))));
  return 0;
}

}  // namespace

const Command& traces_command() {
  static const Command command = {
      .name = "traces",
      .summary = "lists recorded traces, newest first",
      .options = with_filter_options({{"--limit", "N", "at most N traces (default 50; 0: all)"},
                                      {"--format", "FORMAT", "rnix: the JSON of the rnix debugger", {"text", "rnix"}}}),
      .run = run};
  return command;
}

}  // namespace strobe::cli
