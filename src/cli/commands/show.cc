#include <charconv>
#include <limits>
#include <optional>

#include "cli/commands/commands.h"
#include "query/query.h"
#include "view/session_json.h"
#include "view/session_text.h"
#include "view/views_json.h"

namespace strobe::cli {

namespace {

// A whole number from `smallest` on that fills all of `text`.
std::optional<int64_t> number_in(std::string_view text, int64_t smallest, int64_t largest) {
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_number = error == std::errc() && end == text.data() + text.size();
  return is_number && number >= smallest && number <= largest ? std::optional(number) : std::nullopt;
}

// "3", "3-5", "3-" and "-5"; nothing when it is none of them.
bool read_steps(std::string_view text, view::Excerpt& excerpt) {
  constexpr int64_t k_step_max = std::numeric_limits<int32_t>::max();
  const size_t dash = text.find('-');
  const std::string_view first = text.substr(0, dash);
  const std::string_view last = dash == std::string_view::npos ? first : text.substr(dash + 1);
  if (first.empty() && last.empty()) return false;
  const auto first_step = first.empty() ? 1 : number_in(first, 1, k_step_max);
  const auto last_step = last.empty() ? k_step_max : number_in(last, 1, k_step_max);
  if (!first_step || !last_step || *first_step > *last_step) return false;
  excerpt.first_step = static_cast<int32_t>(*first_step);
  excerpt.last_step = last.empty() ? 0 : static_cast<int32_t>(*last_step);
  return true;
}

struct Shown {
  const SessionView& session;
  const Transcript& transcript;
  const view::Excerpt& excerpt;
  const view::TextStyle& style;
};

std::string text_of(std::string_view which, const Shown& shown) {
  if (which == "timeline") return view::session_timeline_text(shown.session, shown.excerpt, shown.style);
  if (which == "tree") return view::session_tree_text(shown.session, shown.excerpt, shown.style);
  if (which == "tokens") return view::session_tokens_text(shown.session, shown.excerpt, shown.style);
  if (which == "transcript")
    return view::session_transcript_text(shown.session, shown.transcript, shown.excerpt, shown.style);
  if (which == "all") return view::session_all_text(shown.session, shown.transcript, shown.excerpt, shown.style);
  return view::session_summary_text(shown.session, shown.style);
}

std::string json_of(std::string_view which, const Shown& shown) {
  if (which == "timeline") return view::timeline_json(shown.session);
  if (which == "tokens") return view::tokens_json(shown.session);
  if (which == "transcript") return view::transcript_json(shown.session, shown.transcript);
  if (which == "all") return view::all_json(shown.session, shown.transcript);
  return view::session_json(shown.session);
}

Result<int> run(const Session& session, const Invocation& invocation) {
  view::Excerpt excerpt;
  if (invocation.has("limit")) {
    const auto limit = number_in(invocation.get("limit"), 0, std::numeric_limits<int64_t>::max());
    if (!limit) return wrong_usage("--limit takes a number of lines", "0 shows all");
    excerpt.lines_max = *limit;
  }
  if (invocation.has("steps") && !read_steps(invocation.get("steps"), excerpt)) {
    return wrong_usage("--steps takes a step or a range of steps", "for example 3, 3-5, 3- or -5; the first step is 1");
  }
  if (session.json && (invocation.has("limit") || invocation.has("steps"))) {
    return wrong_usage("--json prints whole sessions", "leave out --limit and --steps");
  }
  const auto store = TRY(open_for_questions(session.store_path));
  const auto scope = TRY(store->read_scope());  // summary, spans and messages of one moment
  const std::string name = invocation.positionals.empty() ? "last" : invocation.positionals.front();
  const auto id = query::resolve_session(*store, name);
  if (!id && id.error().code == ErrorCode::invalid)
    return wrong_usage(id.error().message, "strobe sessions lists what there is");
  if (!id) return std::unexpected(id.error());
  const std::string which = invocation.get("view", "summary");
  const bool shows_attributes = session.json && which != "transcript" && which != "timeline" && which != "tokens";
  const auto content = shows_attributes ? query::Content::everything : query::Content::without_sequences;
  const SessionView view = TRY(query::load_session(*store, *id, content, session.clock->now()));
  Transcript transcript;
  if (which == "transcript" || which == "all") transcript = TRY(query::read_transcript(*store, view));
  const Shown shown{view, transcript, excerpt, session.style};
  TRY_VOID(print(session.json ? json_of(which, shown) : text_of(which, shown)));
  return 0;
}

}  // namespace

const Command& show_command() {
  static const Command command = {
      .name = "show",
      .summary = "shows one session: summary, timeline, tree, tokens, transcript",
      .positionals = {{.name = "ID",
                       .help = "a session: last, last~N, a prefix of its id, its key, a trace id",
                       .required = false}},
      .options = {{"--view",
                   "VIEW",
                   "summary (default), timeline, tree, tokens, transcript or all",
                   {"summary", "timeline", "tree", "tokens", "transcript", "all"}},
                  {"--limit", "LINES", "cuts each view after so many lines (default 2000; 0: never)"},
                  {"--steps", "A-B", "only these steps and what happened while they ran"}},
      .run = run};
  return command;
}

}  // namespace strobe::cli
