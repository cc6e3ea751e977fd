#include <charconv>

#include "cli/commands/commands.h"
#include "query/query.h"
#include "view/lists.h"
#include "view/session_json.h"

namespace strobe::cli {

namespace {

constexpr size_t k_sessions_default = 50;

Result<int> run(const Session& session, const Invocation& invocation) {
  const std::string limit_text = invocation.get("limit", std::to_string(k_sessions_default));
  size_t limit = 0;
  const auto [end, error] = std::from_chars(limit_text.data(), limit_text.data() + limit_text.size(), limit);
  if (error != std::errc() || end != limit_text.data() + limit_text.size()) {
    return wrong_usage("--limit takes a number, not '" + limit_text + "'", "strobe sessions --help");
  }
  const auto store = TRY(open_for_questions(session.store_path));
  const auto summaries = TRY(query::list_sessions(*store, {.limit = limit}, session.clock->now()));
  TRY_VOID(print(session.json ? view::sessions_json(summaries) : view::sessions_text(summaries, session.style)));
  return 0;
}

}  // namespace

const Command& sessions_command() {
  static const Command command = {.name = "sessions",
                                  .summary = "lists recorded sessions, newest first",
                                  .options = {{"--limit", "N", "at most N sessions (default 50)"}},
                                  .run = run};
  return command;
}

}  // namespace strobe::cli
