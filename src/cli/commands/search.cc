#include <cstdio>

#include "cli/commands/commands.h"
#include "cli/filter.h"
#include "query/search.h"
#include "view/search_text.h"

namespace strobe::cli {

namespace {

constexpr size_t k_hits_default = 20;
constexpr DurationNs k_index_patience{int64_t{2} * 1'000'000'000};

void print_state(const store::IndexState& state) {
  std::string line = state.spans_indexed == 0 ? "nothing is indexed yet"
                                              : "indexed until " + view::timestamp(state.indexed_until) + " UTC";
  line += ", " + view::count(static_cast<int64_t>(state.spans_waiting)) + " spans waiting";
  std::fprintf(stderr, "%s\n", line.c_str());
}

std::string text_of(const store::SearchAnswer& answer, const std::string& typed, const store::IndexState& state,
                    const Session& session, const std::string& conditions) {
  if (answer.hits.empty()) {
    std::string text = "nothing found for " + view::safe(typed) + " in the texts of " +
                       view::count(static_cast<int64_t>(state.spans_indexed)) + " spans";
    if (!conditions.empty()) text += ", of those that match " + conditions;
    return text + "\nall words must occur in one text; begin* finds words by their beginning:\nstrobe search --help\n";
  }
  std::string text = view::search_text(answer.hits, session.style);
  if (answer.next) text += "more, --limit 0 shows all\n";
  if (answer.incomplete) text += "so much matches that the oldest texts were not looked at; add a word\n";
  return text;
}

Result<int> run(const Session& session, const Invocation& invocation) {
  const auto limit = limit_of(invocation, k_hits_default);
  if (!limit) return usage_or_error(limit.error(), "search");
  const auto store = TRY(open_for_questions(session.store_path));
  const store::IndexState state = TRY(query::catch_up_index(*store, k_index_patience));
  const auto scope = TRY(store->read_scope());
  const auto filter = filter_of(invocation, *store, session.clock->now());
  if (!filter) return usage_or_error(filter.error(), "search");
  store::SearchRequest request{.filter = *filter, .after = {}, .limit = *limit};
  for (const std::string& word : invocation.positionals) request.text += (request.text.empty() ? "" : " ") + word;
  const auto answer = store->search(request);
  if (!answer) return usage_or_error(answer.error(), "search");
  TRY_VOID(print(session.json ? view::search_json(answer->hits)
                              : text_of(*answer, request.text, state, session, conditions_of(invocation))));
  print_state(state);
  return 0;
}

}  // namespace

const Command& search_command() {
  static const Command command = {
      .name = "search",
      .summary = "finds text in messages, tool arguments and results",
      .positionals = {{.name = "TEXT", .help = "words, \"several words\" in quotes, begin*", .repeats = true}},
      .options = with_filter_options_but_search({{"--limit", "N", "at most N hits (default 20; 0: all)"}}),
      .run = run};
  return command;
}

}  // namespace strobe::cli
