#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analyze/rules/rule.h"
#include "analyze/rules/spent.h"

// What rules have in common.

namespace strobe::analyze {

// The loops of the session's agents.
inline const std::vector<AgentLoop>& loops_of(const RuleInput& input) { return input.shared.loops(); }
// What a title calls the loop: "Session" where it is the only one, else `Agent "NAME"` or "Conversation 2".
std::string who(const RuleInput& input, const AgentLoop& loop, size_t loops);

// The tool's name, else the span's.
std::string_view tool_name_of(const SpanView& span);
// `"NAME"`, cut after 60 bytes.
std::string quoted(std::string_view name);
// "1 error", "3 errors".
std::string amount_of(int64_t number, std::string_view thing);
// "1,234ms", "12.5 s": short and plain.
std::string seconds_of(DurationNs duration);

// part / whole in percent, rounded to the nearest, 0 without a whole.
int64_t percent_of(int64_t part, int64_t whole);
// The same as a text, "33%", of what is below the limit; so close that rounding would hide it: "49.9%", rounded down.
std::string percent_below(int64_t part, int64_t whole, int64_t limit);
// Exact, without rounding; false without a whole.
bool is_below_percent(int64_t part, int64_t whole, int64_t percent);
bool is_above_percent(int64_t part, int64_t whole, int64_t percent);

}  // namespace strobe::analyze
