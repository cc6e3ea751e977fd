#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "analyze/rules/rule.h"

// Small questions about spans that several rules ask.

namespace strobe::analyze {

// The attribute that ends in ".NAME" or is NAME, as text; empty where there is none or it is no text.
std::string_view text_of(std::span<const KeyValue> attributes, std::string_view name);
// The same of a whole number.
std::optional<int64_t> number_of(std::span<const KeyValue> attributes, std::string_view name);

// It failed because it took too long, as far as its error says.
bool has_timed_out(const SpanView& span);
// Whether `text` holds one of `words`, which are in lower case.
bool mentions(std::string_view text, std::span<const std::string_view> words);

// An agent that another agent asked for: agent spans below an agent, but for wrappers that bear its name.
bool is_subagent(const RuleInput& input, int32_t span);
std::string_view agent_name_of(const SpanView& span);

}  // namespace strobe::analyze
