#include "cli/analysis.h"
#include "cli/commands/commands.h"
#include "view/answers/analysis_text.h"

namespace strobe::cli {

namespace {

std::string text_of(const Analysed& analysed, const view::TextStyle& style) {
  return view::issues_text(analysed.analysis, style);
}

void write_json(json::Writer& writer, const Analysed& analysed) {
  view::write_issues(writer, analysed.session, analysed.analysis);
}

Result<int> run(const Session& session, const Invocation& invocation) {
  return answer_findings(session, invocation, {.command = "issues", .text = text_of, .json = write_json});
}

}  // namespace

const Command& issues_command() {
  static const Command command = {.name = "issues",
                                  .summary = "what is wrong with a session, a line each",
                                  .positionals = {session_or_file()},
                                  .options = findings_options(),
                                  .run = run};
  return command;
}

}  // namespace strobe::cli
