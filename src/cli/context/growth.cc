#include "analyze/context_growth.h"

#include <algorithm>
#include <limits>

#include "cli/answer_each.h"
#include "cli/context/questions.h"
#include "cli/filter.h"
#include "view/answers/context.h"

namespace strobe::cli {

namespace {

Result<analyze::GrowthOptions> options_of(const Invocation& invocation) {
  analyze::GrowthOptions options;
  options.lane = TRY(lane_option(invocation));
  options.budget = TRY(number_option(invocation, "budget"));
  options.max_steps = TRY(number_option(invocation, "max-steps")).value_or(0);
  options.what_if.cap_tokens = TRY(number_option(invocation, "cap-tool-results", 0));
  options.what_if.drop_tool = invocation.get("drop-tool");
  return options;
}

}  // namespace

Result<int> run_context_growth(const Session& session, const Invocation& invocation) {
  const auto options = options_of(invocation);
  if (!options) return usage_or_error(options.error(), "context");
  const bool is_rnix = invocation.get("format") == "rnix";
  const analyze::Money money;
  return answer_each(session, invocation, "context", [&](const SessionView& view) -> Result<Answer> {
    TRY_VOID(check_lane(view, options->lane));
    const analyze::ContextGrowth growth = analyze::growth_of(view, money, *options);
    if (is_rnix) return Answer{.text = view::rnix_growth_json(growth), .is_json = true};
    if (session.json) return Answer{.text = view::context_growth_json(view, growth), .is_json = true};
    return Answer{.text = view::context_growth_text(view, growth, session.style)};
  });
}

}  // namespace strobe::cli
