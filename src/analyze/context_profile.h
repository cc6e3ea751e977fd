#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyze/context_budget.h"
#include "model/session.h"

namespace strobe::analyze {

// How near a message is to what the model is working on: the last fifth of the conversation (four messages at least) is
// active, the three tenths before it (six at least) are warm, the rest is cold; a long tool result that is cold has
// leaked: nobody needs it any more, and nobody freed it. What stands before the conversation is active.
// Origin of the windows and of all figures: rnix `ctx profile`; docs/reference/context-questions.md.
enum class Temperature : uint8_t { active, warm, cold, leaked };
std::string_view name_of(Temperature temperature);
inline constexpr int64_t k_leaked_bytes_above = 1000;

struct ContextShare {
  int64_t tokens = 0, messages = 0;
  double percent = 0;  // of the whole context, not rounded
};

struct ContextConsumer {
  std::string kind;  // system_prompt, tool_definitions, user, assistant, tool:NAME, system. Raw text
  ContextShare share;
  std::string_view suggestion = {};  // what to do about it; empty: nothing
};
inline constexpr int64_t k_consumer_percent_above = 25;  // of the context, for a suggestion

// How tokens are counted.
enum class ProfileMeasure : uint8_t {
  scaled,  // estimates, scaled so that they add up to what the call reported; tool definitions count
  rnix,    // four bytes each, rounded down, as rnix does; it knows no tool definitions
};

struct ContextProfile {
  int32_t span = 0;
  bool is_known = false;                   // else nothing can be said: why_unknown says why
  std::string why_unknown;                 // also where something is known, but not the whole
  bool is_scaled = false;                  // the tokens add up to what the call reported
  std::optional<int64_t> reported_tokens;  // input of the call
  int64_t total_tokens = 0;
  int64_t messages = 0;     // of the conversation
  int64_t media_parts = 0;  // pictures and the like: their tokens cannot be estimated
  ContextBudget budget;
  std::array<ContextShare, 4> by_temperature;
  std::vector<ContextConsumer> consumers;  // k_consumers_max that take most, most first, then by name
  std::vector<std::string> suggestions;    // most important first
};
inline constexpr size_t k_consumers_max = 5;

// Of the context that the call (an index into SessionView::spans) saw. Linear in it and in the spans.
ContextProfile profile_of(const SessionView& session, int32_t call, const ContextBudget& budget,
                          ProfileMeasure measure = ProfileMeasure::scaled);

}  // namespace strobe::analyze
