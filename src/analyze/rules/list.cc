#include <algorithm>

#include "analyze/rules/rules.h"

namespace strobe::analyze {

std::span<const Rule* const> all_rules() {
  static constexpr const Rule* k_rules[] = {
      &k_excessive_iterations,
      &k_cache_inefficiency,
      &k_redundant_tool_calls,
      &k_error_loop,
      &k_cache_invalidation,
      &k_error_streak,
      &k_slow_tool,
      &k_token_spike,
      &k_thinking_overhead,
      &k_subagent_inefficiency,
      &k_context_limit_warning,
      &k_tool_timeout_patterns,
      &k_spinning,
      &k_token_outlier,
      &k_frequent_compactions,
      &k_empty_response,
      &k_tool_error_rate,
      &k_context_overflow,
      &k_budget_warning_ignored,
      &k_subagent_timeout,
      &k_swarm_cascade,
      &k_swarm_conflicts,
      &k_doom_loop,
      &k_ping_pong,
      &k_stagnation,
      &k_retry_storm,
      &k_silent_truncation,
      &k_cache_break,
      &k_context_rewrite,
      &k_compaction,
      &k_tool_schema_churn,
      &k_subagent_explosion,
      &k_never_ended,
      &k_outlier,
  };
  return k_rules;
}

const Rule* find_rule(std::string_view id) {
  const std::span<const Rule* const> rules = all_rules();
  const auto found = std::ranges::find(rules, id, [](const Rule* rule) { return rule->id; });
  return found == rules.end() ? nullptr : *found;
}

}  // namespace strobe::analyze
