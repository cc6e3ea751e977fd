#pragma once

#include "analyze/rules/rule.h"

// All rules by name, each in the file of its id. list.cc puts them in order.

namespace strobe::analyze {

// The guide's four.
extern const Rule k_excessive_iterations;
extern const Rule k_cache_inefficiency;
extern const Rule k_redundant_tool_calls;
extern const Rule k_error_loop;

// Of attocode's offline detector, where it means something else than those.
extern const Rule k_cache_invalidation;
extern const Rule k_error_streak;
extern const Rule k_slow_tool;
extern const Rule k_token_spike;
extern const Rule k_thinking_overhead;
extern const Rule k_subagent_inefficiency;
extern const Rule k_context_limit_warning;
extern const Rule k_tool_timeout_patterns;

// Of attocode's Python generation.
extern const Rule k_spinning;
extern const Rule k_token_outlier;
extern const Rule k_frequent_compactions;
extern const Rule k_empty_response;
extern const Rule k_tool_error_rate;
extern const Rule k_context_overflow;
extern const Rule k_budget_warning_ignored;
extern const Rule k_subagent_timeout;
extern const Rule k_swarm_cascade;
extern const Rule k_swarm_conflicts;

// Strobe's own.
extern const Rule k_doom_loop;
extern const Rule k_ping_pong;
extern const Rule k_stagnation;
extern const Rule k_retry_storm;
extern const Rule k_silent_truncation;
extern const Rule k_cache_break;
extern const Rule k_context_rewrite;
extern const Rule k_compaction;
extern const Rule k_tool_schema_churn;
extern const Rule k_subagent_explosion;
extern const Rule k_never_ended;
extern const Rule k_outlier;

}  // namespace strobe::analyze
