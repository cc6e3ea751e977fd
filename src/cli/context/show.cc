#include <algorithm>

#include "analyze/context_why.h"
#include "analyze/find_call.h"
#include "cli/context/questions.h"
#include "cli/filter.h"
#include "cli/subject.h"
#include "view/answers/context_why.h"

namespace strobe::cli {

namespace {

// A call, as find_call has it, or a prefix of a context's id: at least 8 digits, which no step's number has.
Result<int32_t> context_of(const SessionView& view, std::string_view word) {
  constexpr size_t k_step_digits_max = 7;
  const bool is_number =
      word.size() <= k_step_digits_max && std::ranges::all_of(word, [](char c) { return c >= '0' && c <= '9'; });
  if (!is_number && !word.starts_with('#') && !word.starts_with("span:")) return analyze::find_context(view, word);
  const int32_t call = TRY(analyze::find_call(view, word));
  if (view.contexts.of_span[call] >= 0) return view.contexts.of_span[call];
  return fail(ErrorCode::not_found, "nothing is known of what that call saw",
              std::string(analyze::why_unknown(view, call)));
}

}  // namespace

Result<int> run_context_show(const Session& session, const Invocation& invocation) {
  const bool is_named = invocation.positionals.size() > 1 || invocation.has("session");
  Invocation about = invocation;  // without CONTEXT
  about.positionals.pop_back();
  const auto subject = open_one_session(session, about);
  if (!subject) return usage_or_error(subject.error(), "context");
  const SessionView view = TRY(load_for_analysis(*subject, subject->id(), session.clock->now()));
  const auto context = context_of(view, invocation.positionals.back());
  if (!context) {
    Error error = with_name(context.error(), called(about, *subject, view.summary));
    if (!is_named)
      error.hint += (error.hint.empty() ? "" : "; ") +
                    std::string("strobe context show ID ... looks in another session than the last");
    return usage_or_error(error, "context");
  }
  const analyze::ContextContents contents = analyze::context_contents_of(view, *context);
  TRY_VOID(print(session.json
                     ? view::context_show_json(view, contents)
                     : view::context_show_text(view, contents, style_for(session, about, *subject, view.summary))));
  return 0;
}

}  // namespace strobe::cli
