#include <limits>
#include <optional>

#include "base/file.h"
#include "base/whole_number.h"
#include "cli/analysis.h"
#include "cli/commands/commands.h"
#include "cli/filter.h"
#include "cli/report_output.h"
#include "cli/subject.h"
#include "query/query.h"
#include "view/answers/rnix_traces.h"
#include "view/session_json.h"
#include "view/session_text.h"
#include "view/views_json.h"

namespace strobe::cli {

namespace {

// "3", "3-5", "3-" and "-5"; nothing when it is none of them.
bool read_steps(std::string_view text, view::Excerpt& excerpt) {
  constexpr int32_t k_step_max = std::numeric_limits<int32_t>::max();
  const size_t dash = text.find('-');
  const std::string_view first = text.substr(0, dash);
  const std::string_view last = dash == std::string_view::npos ? first : text.substr(dash + 1);
  if (first.empty() && last.empty()) return false;
  const auto first_step = first.empty() ? 1 : whole_number<int32_t>(first, 1);
  const auto last_step = last.empty() ? k_step_max : whole_number<int32_t>(last, 1);
  if (!first_step || !last_step || *first_step > *last_step) return false;
  excerpt.first_step = *first_step;
  excerpt.last_step = last.empty() ? 0 : *last_step;
  return true;
}

struct Shown {
  const SessionView& session;
  const Transcript& transcript;
  const view::Excerpt& excerpt;
  const view::TextStyle& style;
  const view::Found& found;
};

std::string text_of(std::string_view which, const Shown& shown) {
  if (which == "timeline") return view::session_timeline_text(shown.session, shown.excerpt, shown.style);
  if (which == "tree") return view::session_tree_text(shown.session, shown.excerpt, shown.style);
  if (which == "tokens") return view::session_tokens_text(shown.session, shown.excerpt, shown.style);
  if (which == "transcript")
    return view::session_transcript_text(shown.session, shown.transcript, shown.excerpt, shown.style);
  if (which == "all")
    return view::session_all_text(shown.session, shown.transcript, shown.excerpt, shown.style, shown.found);
  return view::session_summary_text(shown.session, shown.style, shown.found);
}

std::string json_of(std::string_view which, const Shown& shown) {
  if (which == "timeline") return view::timeline_json(shown.session);
  if (which == "tokens") return view::tokens_json(shown.session);
  if (which == "transcript") return view::transcript_json(shown.session, shown.transcript);
  if (which == "all") return view::all_json(shown.session, shown.transcript, shown.found.findings);
  return view::session_json(shown.session, shown.found.findings);
}

bool is_rnix(const Invocation& invocation) { return invocation.get("format") == "rnix"; }

Result<std::string> show_one(const Session& session, const Invocation& invocation, const Subject& subject,
                             const SessionId& id, const view::Excerpt& excerpt) {
  const std::string which = invocation.get("view", "summary");
  const bool shows_attributes = session.json && which != "transcript" && which != "timeline" && which != "tokens";
  const bool shows_findings = which == "summary" || which == "all";
  const auto content = shows_attributes ? query::Content::everything
                       : shows_findings ? query::Content::for_analysis
                                        : query::Content::without_sequences;
  SessionView view = TRY(query::load_session(*subject.store, id, content, session.clock->now()));
  if (is_rnix(invocation)) return view::rnix_tree_json(view);
  std::vector<Finding> findings;
  if (shows_attributes || shows_findings) {
    TRY_VOID(query::load_contexts(*subject.store, view));
    findings = TRY(findings_of(session, subject, view));
  }
  Transcript transcript;
  if (which == "transcript" || which == "all") transcript = TRY(query::read_transcript(*subject.store, view));
  const view::TextStyle style = style_for(session, invocation, subject, view.summary);
  const view::Found found{findings, style.session_name};
  const Shown shown{view, transcript, excerpt, style, found};
  return session.json ? json_of(which, shown) : text_of(which, shown);
}

// --output html and json: one session, all of it, for others to read.
Result<int> write_for_others(const Session& session, const Invocation& invocation) {
  const std::string output = invocation.get("output");
  if (session.json || invocation.has("view") || invocation.has("limit") || invocation.has("steps")) {
    return wrong_usage("--output " + output + " writes the whole session in one form",
                       "leave out --view, --limit, --steps and --json");
  }
  const auto subject = open_one_session(session, invocation);
  if (!subject) return usage_or_error(subject.error(), "show");
  const std::string written = output == "html" ? TRY(report_of(session, *subject, subject->id()))
                                               : TRY(llm_summary_of(session, *subject, subject->id()));
  TRY_VOID(write_file(invocation.get("out", "-"), written));
  return 0;
}

Result<int> run(const Session& session, const Invocation& invocation) {
  if (invocation.get("output", "text") != "text") return write_for_others(session, invocation);
  if (invocation.has("out")) return wrong_usage("--out is where --output html or json goes", "add --output html");
  view::Excerpt excerpt;
  if (invocation.has("limit")) {
    const auto limit = whole_number<int64_t>(invocation.get("limit"), 0);
    if (!limit) return wrong_usage("--limit takes a number of lines", "0 shows all");
    excerpt.lines_max = *limit;
  }
  if (invocation.has("steps") && !read_steps(invocation.get("steps"), excerpt)) {
    return wrong_usage("--steps takes a step or a range of steps", "for example 3, 3-5, 3- or -5; the first step is 1");
  }
  if (invocation.has("steps") && invocation.get("view", "summary") == "summary") {
    return wrong_usage("a summary is of all steps", "--steps goes with --view timeline, tree, tokens or transcript");
  }
  if (session.json && (invocation.has("limit") || invocation.has("steps"))) {
    return wrong_usage("--json prints whole sessions", "leave out --limit and --steps");
  }
  if (is_rnix(invocation) && invocation.get("view") != "tree") {
    return wrong_usage("--format rnix is a form of the tree", "add --view tree");
  }
  const auto subject = open_subject(session, invocation);
  if (!subject) return usage_or_error(subject.error(), "show");
  const bool is_array = (session.json || is_rnix(invocation)) && subject->is_list;
  std::string_view before = is_array ? "[" : "";
  for (const SessionId& id : subject->ids) {
    TRY_VOID(print(std::string(before) + TRY(show_one(session, invocation, *subject, id, excerpt))));
    before = is_array ? "," : "\n";
  }
  if (is_array) TRY_VOID(print("]\n"));
  return 0;
}

}  // namespace

const Command& show_command() {
  static const Command command = {
      .name = "show",
      .summary = "shows one session: summary, timeline, tree, tokens, transcript",
      .positionals = {session_or_file()},
      .options = with_subject_options(
          {{"--view",
            "VIEW",
            "summary (default), timeline, tree, tokens, transcript or all",
            {"summary", "timeline", "tree", "tokens", "transcript", "all"}},
           {"--limit", "LINES", "cuts each view after so many lines (default 2000; 0: never)"},
           {"--steps", "A-B", "only these steps and what happened while they ran"},
           {"--format", "FORMAT", "with --view tree, rnix: the JSON of the rnix debugger", {"text", "rnix"}},
           {"--output",
            "FORM",
            "text (default), html: a report in one file, or json: a summary for a model to read",
            {"text", "json", "html"}},
           {"--out", "FILE", "where --output writes; standard output when absent"}}),
      .run = run};
  return command;
}

}  // namespace strobe::cli
