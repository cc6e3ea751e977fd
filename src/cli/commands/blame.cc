#include "view/answers/blame.h"
#include "base/whole_number.h"
#include "cli/answer_each.h"
#include "cli/commands/commands.h"

namespace strobe::cli {

namespace {

constexpr size_t k_top_max = 1000;

Result<int> run(const Session& session, const Invocation& invocation) {
  analyze::BlameLimits limits;
  if (invocation.has("top")) {
    const auto top = whole_number<size_t>(invocation.get("top"), 1, k_top_max);
    if (!top) return wrong_usage("--top takes a number from 1 to 1000", "for example --top 10");
    limits.hotspots = limits.path_spans = limits.sub_agents = limits.waits = *top;
  }
  const bool is_rnix = invocation.get("format") == "rnix";
  return answer_each(session, invocation, "blame", [&](const SessionView& view) -> Answer {
    const analyze::Blame blame = analyze::blame_of(view, limits);
    if (is_rnix) return {.text = view::rnix_blame_json(view, blame), .is_json = true};
    analyze::Money money;
    const analyze::CarriedCost carried = analyze::carried_cost_of(view, money);
    if (session.json) return {.text = view::blame_json(view, blame, carried), .is_json = true};
    return {.text = view::blame_text(view, blame, carried, session.style)};
  });
}

}  // namespace

const Command& blame_command() {
  static const Command command = {
      .name = "blame",
      .summary = "where a session's time went, and what failed first",
      .positionals = {session_or_file()},
      .options = with_subject_options(
          {{"--top", "N", "so many rows of hotspots, waits and spans on the path (default 5; 10 of the last)"},
           {"--format", "FORMAT", "rnix: the JSON of the rnix debugger", {"text", "rnix"}}}),
      .run = run};
  return command;
}

}  // namespace strobe::cli
