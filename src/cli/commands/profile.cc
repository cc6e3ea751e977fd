#include "cli/answer_each.h"
#include "cli/commands/commands.h"
#include "view/answers/run_profile.h"

namespace strobe::cli {

namespace {

Result<int> run(const Session& session, const Invocation& invocation) {
  return answer_each(session, invocation, "profile", [&](const SessionView& view) -> Answer {
    const analyze::RunProfile profile = analyze::run_profile_of(view);
    if (session.json) return {.text = view::run_profile_json(view, profile), .is_json = true};
    return {.text = view::run_profile_text(view, profile, session.style)};
  });
}

}  // namespace

const Command& profile_command() {
  static const Command command = {.name = "profile",
                                  .summary = "time by kind of work, the longest calls, what each step spent",
                                  .positionals = {session_or_file()},
                                  .options = with_subject_options({}),
                                  .run = run};
  return command;
}

}  // namespace strobe::cli
