#include "cli/commands/commands.h"
#include "query/query.h"
#include "view/session_json.h"
#include "view/session_text.h"

namespace strobe::cli {

namespace {

Result<int> run(const Session& session, const Invocation& invocation) {
  const auto store = TRY(open_for_questions(session.store_path));
  const std::string name = invocation.positionals.empty() ? "last" : invocation.positionals.front();
  const auto id = query::resolve_session(*store, name);
  if (!id && id.error().code == ErrorCode::invalid) return wrong_usage(id.error().message, "strobe sessions lists what there is");
  if (!id) return std::unexpected(id.error());
  const std::string which = invocation.get("view", "summary");
  const bool shows_attributes = session.json && which != "transcript";
  const auto content = shows_attributes ? query::Content::everything : query::Content::without_sequences;
  const SessionView view = TRY(query::load_session(*store, *id, content, session.clock->now()));
  std::string text;
  if (which == "transcript") {
    const Transcript transcript = TRY(query::read_transcript(*store, view));
    text = session.json ? view::transcript_json(view, transcript)
                        : view::session_transcript_text(view, transcript, session.style);
  } else if (session.json) {
    text = view::session_json(view);
  } else if (which == "tree") {
    text = view::session_tree_text(view, session.style);
  } else {
    text = view::session_summary_text(view, session.style);
  }
  TRY_VOID(print(text));
  return 0;
}

}  // namespace

const Command& show_command() {
  static const Command command = {
      .name = "show",
      .summary = "shows one session: summary, tree or transcript",
      .positionals = {{.name = "ID", .help = "a session: last, last~N, a prefix of its id, its key, a trace id", .required = false}},
      .options = {{"--view", "VIEW", "summary (default), tree or transcript", {"summary", "tree", "transcript"}}},
      .run = run};
  return command;
}

}  // namespace strobe::cli
