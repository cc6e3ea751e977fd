#include <cstdio>

#include "cli/commands/commands.h"
#include "view/lists.h"

namespace strobe::cli {

namespace {

constexpr size_t k_rows_max = 1'000'000;

Result<int> run(const Session& session, const Invocation& invocation) {
  const auto store = TRY(open_for_questions(session.store_path));
  const store::SqlResult result = TRY(store->query(invocation.positionals.front(), k_rows_max));
  std::fputs((session.json ? view::sql_json(result.columns, result.rows) : view::sql_text(result.columns, result.rows, session.style)).c_str(),
             stdout);
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
