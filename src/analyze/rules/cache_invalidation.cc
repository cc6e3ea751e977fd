#include <algorithm>
#include <utility>

#include "analyze/rules/rules.h"
#include "analyze/rules/support.h"

// From one call of an agent to its next the cache's share of the input collapses: above 60 % to below 20 %, or by more
// than 50 points. Of a call that sends much that is new only what the one before it had sent is looked at: the rest
// cannot be in a cache. Told by the numbers alone; where contexts are known, cache_break says what changed.

namespace strobe::analyze {

namespace {

constexpr Threshold k_thresholds[] = {
    {"before_above", 60, 0, 100, "hit rate in percent of the call before, with after_below"},
    {"after_below", 20, 0, 100, "hit rate in percent of the call itself, with before_above"},
    {"fall_above", 50, 1, 100, "points by which the hit rate fell, whatever it was before"},
};

void find(const RuleInput& input, std::vector<Finding>& findings) {
  const auto threshold = [&](std::string_view name) { return input.thresholds.get(k_cache_invalidation, name); };
  const int64_t before_above = threshold("before_above");
  const int64_t after_below = threshold("after_below");
  const int64_t fall_above = threshold("fall_above");
  for (const AgentLoop& loop : loops_of(input)) {
    const SpanView* before = nullptr;
    for (const int32_t call : loop.calls) {
      const SpanView& span = input.session.spans[call];
      if (!span.counted || span.span.facts.usage.total_input() <= 0) continue;
      const SpanView* const last = std::exchange(before, &span);
      if (last == nullptr) continue;
      const Usage& was = last->span.facts.usage;
      const Usage& is = span.span.facts.usage;
      const int64_t again = std::min(was.total_input(), is.total_input());
      if (again < k_any_cache_tokens_min) continue;  // too short to be found in any
      const bool is_collapse = is_above_percent(was.cache_read, was.total_input(), before_above) &&
                               is_below_percent(is.cache_read, again, after_below);
      const int64_t rate_before = percent_of(was.cache_read, was.total_input());
      const int64_t rate_after = percent_of(is.cache_read, is.total_input());
      const long double fall = 100.0L * static_cast<long double>(was.cache_read) / was.total_input() -
                               100.0L * static_cast<long double>(is.cache_read) / again;
      if (!is_collapse && fall <= static_cast<long double>(fall_above)) continue;
      Finding finding{.rule = std::string(k_cache_invalidation.id), .severity = Severity::medium};
      finding.title = "Cache hit rate fell from " + std::to_string(rate_before) + "% to " + std::to_string(rate_after) +
                      "% at step " + std::to_string(span.step);
      finding.evidence_text = std::to_string(was.cache_read) + " tokens came from the cache before, " +
                              std::to_string(is.cache_read) + " of " + std::to_string(is.total_input()) + " here";
      finding.tokens = std::clamp<int64_t>(was.cache_read - is.cache_read, 0, is.input);
      Usage cached = is;
      cached.input -= finding.tokens;
      cached.cache_read += finding.tokens;
      const prices::Cost now = input.money.cost_of(span.span.facts, is);
      finding.cost_kind = now.kind;
      finding.cost_pico_usd =
          std::max<int64_t>(0, now.pico_usd - input.money.cost_of(span.span.facts, cached).pico_usd);
      set_evidence(finding, {call}, input.session);
      finding.fixes = {"Find what changed at the beginning of the prompt there: strobe context cache names it",
                       "Move dates, ids and other changing text from the system prompt to the end",
                       "Send the next call before the cache expires, or use the longer expiry where it pays"};
      findings.push_back(std::move(finding));
    }
  }
}

}  // namespace

constinit const Rule k_cache_invalidation = {
    .id = "cache_invalidation",
    .summary = "the cache stopped to help from one call to the next",
    .about = About::cache,
    .thresholds = k_thresholds,
    .find = find,
};

}  // namespace strobe::analyze
