#include "view/answers/verify.h"
#include "base/human_time.h"
#include "cli/answer_each.h"
#include "cli/commands/commands.h"

namespace strobe::cli {

namespace {

Result<int> run(const Session& session, const Invocation& invocation) {
  int64_t max_gap_ns = analyze::k_silence_default_ns;
  if (invocation.has("max-gap")) {
    const auto gap = parse_duration(invocation.get("max-gap"));
    if (!gap) return wrong_usage("--max-gap takes a length of time", "for example --max-gap 30s");
    max_gap_ns = gap->ns;
  }
  const bool allows_gaps = invocation.has("allow-gaps");
  return answer_each(session, invocation, "verify", [&](const SessionView& view) -> Answer {
    const analyze::Verification verification = analyze::verify(view, max_gap_ns);
    const bool is_good = verification.verdict == analyze::Verdict::sound ||
                         (verification.verdict == analyze::Verdict::incomplete && allows_gaps);
    return {.text = session.json ? view::verify_json(view, verification)
                                 : view::verify_text(view, verification, session.style),
            .is_json = session.json,
            .exit = is_good ? Exit::ok : Exit::failed};
  });
}

}  // namespace

const Command& verify_command() {
  static const Command command = {
      .name = "verify",
      .summary = "whether the record of a session is sound, and what is missing",
      .positionals = {session_or_file()},
      .options = with_subject_options(
          {{"--max-gap", "DURATION", "a longer silence inside a span is a gap (default 120s)"},
           {"--allow-gaps", "", "exit code 0 also when something is missing, as long as nothing contradicts"}}),
      .run = run};
  return command;
}

}  // namespace strobe::cli
