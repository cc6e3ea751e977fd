#include "analyze/context_cache.h"

#include "cli/answer_each.h"
#include "cli/context/questions.h"
#include "cli/filter.h"
#include "view/answers/context.h"

namespace strobe::cli {

Result<int> run_context_cache(const Session& session, const Invocation& invocation) {
  const auto lane = lane_option(invocation);
  if (!lane) return usage_or_error(lane.error(), "context");
  analyze::Money money;
  return answer_each(session, invocation, "context", [&](const SessionView& view) -> Result<Answer> {
    TRY_VOID(check_lane(view, *lane));
    const analyze::CacheReport report = analyze::cache_of(view, money, *lane);
    if (session.json) return Answer{.text = view::context_cache_json(view, report), .is_json = true};
    return Answer{.text = view::context_cache_text(view, report, session.style)};
  });
}

}  // namespace strobe::cli
