#include "analyze/context_diff.h"

#include "analyze/find_call.h"
#include "cli/answer_each.h"
#include "cli/context/questions.h"
#include "view/answers/context.h"

namespace strobe::cli {

Result<int> run_context_diff(const Session& session, const Invocation& invocation) {
  const bool is_rnix = invocation.get("format") == "rnix";
  return answer_each(session, invocation, "context", [&](const SessionView& view) -> Result<Answer> {
    const int32_t from = TRY(analyze::find_call(view, invocation.positionals[1]));
    const int32_t to = TRY(analyze::find_call(view, invocation.positionals[2]));
    const analyze::ContextDiff diff = TRY(analyze::diff_of(view, from, to));
    if (is_rnix) return Answer{.text = view::rnix_diff_json(view, diff), .is_json = true};
    if (session.json) return Answer{.text = view::context_diff_json(view, diff), .is_json = true};
    return Answer{.text = view::context_diff_text(view, diff, session.style)};
  });
}

}  // namespace strobe::cli
