#include "cli/analysis.h"
#include "cli/commands/commands.h"
#include "view/answers/analysis_text.h"

namespace strobe::cli {

namespace {

std::string text_of(const Analysed& analysed, const view::TextStyle& style) {
  return view::analysis_text(analysed.session, analysed.analysis, analysed.name, style);
}

void write_json(json::Writer& writer, const Analysed& analysed) {
  view::write_analysis(writer, analysed.session, analysed.analysis);
}

Result<int> run(const Session& session, const Invocation& invocation) {
  return answer_findings(session, invocation, {.command = "analyze", .text = text_of, .json = write_json});
}

}  // namespace

const Command& analyze_command() {
  static const Command command = {.name = "analyze",
                                  .summary = "what is wrong with a session: numbers, findings, tools, a score",
                                  .positionals = {session_or_file()},
                                  .options = findings_options(),
                                  .run = run};
  return command;
}

}  // namespace strobe::cli
