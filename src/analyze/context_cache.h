#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analyze/money.h"
#include "analyze/text_change.h"
#include "model/session.h"

namespace strobe::analyze {

// Why a call found less in the provider's cache than the call before it in its lane had put there. Caches go by the
// beginning of a request, in the order model, tools, system prompt, options, messages: what differs first decides.
// Origin of the rules: the Cache Explorer of VS Code's Copilot chat; docs/reference/context-questions.md.
enum class CacheCause : uint8_t {
  unknown,            // the contexts are not known: see CachePair::why_unknown
  identical,          // the same request again, found in the cache
  append,             // messages were added behind: as it should be
  append_lookback,    // so many that a cache mark behind them may not find what is before them
  model,              // another model
  tools_reordered,    // the same tools in another order
  tools_changed,      // tools were added or removed
  tools_modified,     // the definition of a tool changed
  system,             // the system prompt changed
  options,            // a request parameter changed
  history_truncated,  // messages were taken away at the end
  history_rewritten,  // a message in the middle changed
  below_minimum,      // nothing changed, nothing found: too short for a cache
  expired,            // nothing changed, nothing found: the cache had forgotten it
  unexplained,        // nothing changed, nothing found, and none of the two
  unused,             // nothing changed, and no call of the session tells of a cache: nobody says whether there is one
};
inline constexpr size_t k_cache_causes = 16;
// "history_rewritten", ...
std::string_view name_of(CacheCause cause);

// How far a cause is a mistake.
enum class CacheSeverity : uint8_t { ok, info, warning, critical };
std::string_view name_of(CacheSeverity severity);
CacheSeverity severity_of(CacheCause cause);
// Whether what was lost would not have been, had the agent kept its requests stable: model, tools, system, options,
// history.
bool is_avoidable(CacheCause cause);

// Two consecutive calls of a lane.
struct CachePair {
  int32_t lane = 0;
  int32_t before = 0, span = 0;  // the calls, indexes into SessionView::spans
  CacheCause cause = CacheCause::unknown;
  std::string why_unknown;  // "content was not recorded (absent)"
  int64_t total_input = 0, cache_read = 0;
  bool has_usage = false;        // else the numbers are zero
  int64_t lost_tokens = 0;       // not found in the cache, though the call before had sent as much
  int64_t avoidable_tokens = 0;  // of these, what a stable request would have found; zero for causes nobody can avoid
  int64_t cost_pico_usd = 0;     // what the avoidable ones cost more than reading them from the cache
  CostKind cost_kind = CostKind::unpriced;
  DurationNs gap;  // from the end of the call before to the start of this one
  // Where `cause` is about it.
  TextChange system_change = TextChange::none;
  Volatile volatile_value = Volatile::none;
  std::string detail;           // names: the tools, the options, the models. Raw text
  int32_t message = -1;         // history: the first message that differs, from 0
  int64_t later_changes = 0;    // history: messages behind it that differ too, up to k_later_changes_max
  int64_t appended_blocks = 0;  // append: up to k_later_changes_max
};

inline constexpr int64_t k_later_changes_max = 1000;
// More blocks than these behind a cache mark, and it is not searched for what is before them (Anthropic's limit).
inline constexpr int64_t k_lookback_blocks = 20;
// Shorter beginnings are not cached, unless the session shows that they are.
inline constexpr int64_t k_cacheable_tokens_min = 4096;
// Nobody caches shorter ones: nothing is lost where the session does not show otherwise.
inline constexpr int64_t k_any_cache_tokens_min = 1024;
// How long a cache remembers when nobody asks for longer.
inline constexpr DurationNs k_cache_lifetime{int64_t{5} * 60 * 1'000'000'000};

// What one cause did in the whole session.
struct CacheCauseSum {
  int64_t pairs = 0;
  int64_t lost_tokens = 0, avoidable_tokens = 0;
  CostSum cost;  // of the avoidable ones
  bool is_recurring() const { return pairs >= 2; }
};

struct CacheReport {
  std::vector<CachePair> pairs;                        // by lane, then in its order
  std::array<CacheCauseSum, k_cache_causes> by_cause;  // by number of CacheCause
  int64_t total_input = 0, cache_read = 0;             // of all calls in lanes: the hit is weighted by tokens
  int64_t first_calls = 0;                             // of lanes: nothing is before them
  bool tells_of_cache = false;  // some call reports what it read from a cache or wrote to one, if only 0
};

// `lane`: 0 is all. Needs contexts and lanes; empty without. Linear in the calls and what differs between them.
CacheReport cache_of(const SessionView& session, Money& money, int32_t lane = 0);

}  // namespace strobe::analyze
