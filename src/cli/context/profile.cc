#include "analyze/context_profile.h"

#include "analyze/find_call.h"
#include "cli/answer_each.h"
#include "cli/context/questions.h"
#include "cli/filter.h"
#include "view/answers/context.h"

namespace strobe::cli {

Result<int> run_context_profile(const Session& session, const Invocation& invocation) {
  const auto budget = number_option(invocation, "budget");
  if (!budget) return usage_or_error(budget.error(), "context");
  const bool is_rnix = invocation.get("format") == "rnix";
  const auto measure = is_rnix ? analyze::ProfileMeasure::rnix : analyze::ProfileMeasure::scaled;
  const analyze::Money money;
  return answer_each(session, invocation, "context", [&](const SessionView& view) -> Result<Answer> {
    const int32_t call =
        invocation.has("at") ? TRY(analyze::find_call(view, invocation.get("at"))) : analyze::last_main_call(view);
    if (call < 0) return fail(ErrorCode::not_found, "the session has no call to a model");
    const auto window = analyze::budget_of(money, view.spans[call].span.facts, *budget);
    const analyze::ContextProfile profile = analyze::profile_of(view, call, window, measure);
    if (is_rnix) return Answer{.text = view::rnix_profile_json(view, profile), .is_json = true};
    if (session.json) return Answer{.text = view::context_profile_json(view, profile), .is_json = true};
    return Answer{.text = view::context_profile_text(view, profile, session.style)};
  });
}

}  // namespace strobe::cli
