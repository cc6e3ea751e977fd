#include "cli/commands/commands.h"
#include "view/lists.h"

namespace strobe::cli {

namespace {

constexpr size_t k_rows_max = 1'000'000;

Result<int> run(const Session& session, const Invocation& invocation) {
  const auto store = TRY(open_for_questions(session.store_path));
  const auto result = store->query(invocation.positionals.front(), k_rows_max);
  if (!result && result.error().code == ErrorCode::invalid) {
    return wrong_usage(result.error().message,
                       "one SELECT on the views sessions, spans, traces and messages: strobe sql --help");
  }
  if (!result) return std::unexpected(result.error());
  const std::string text = session.json ? view::sql_json(result->columns, result->rows)
                                        : view::sql_text(result->columns, result->rows, session.style);
  TRY_VOID(print(text));
  return 0;
}

}  // namespace

const Command& sql_command() {
  static const Command command = {.name = "sql",
                                  .summary = "runs a read-only SQL query on the store",
                                  .positionals = {{.name = "QUERY", .help = "one SELECT statement"}},
                                  .run = run};
  return command;
}

}  // namespace strobe::cli
