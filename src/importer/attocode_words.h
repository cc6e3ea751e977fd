#pragma once

#include <string>
#include <string_view>

#include "importer/line_fields.h"
#include "importer/trace_writer.h"

// What both generations of attocode's traces have in common.

namespace strobe::importer {

// Attributes of our own begin with it.
inline constexpr std::string_view k_attocode_prefix = "attocode.";

// What a user said, as gen_ai.input.messages has it.
std::string user_message(std::string_view text);
// The name of a trace that the file gives none, after its session.
std::string session_name(std::string_view key);

// A call to a model and a call of a tool, by their names.
void set_call(Draft& span, std::string_view model);
void set_tool(Draft& span, std::string_view tool);
// What became of something, in the words of all lines: success, completed, error, failed, timeout, blocked.
void set_outcome(Draft& span, std::string_view status, std::string_view message);
void set_failure(Draft& span, std::string_view type, std::string_view message);

// When the last call of an agent was answered, and which it was.
struct LastCall {
  SpanId id;  // zero: none
  std::optional<TimeNs> answered;
};
// Puts a tool that the file tells behind its agent's last call there: the file's order says which call asked for it,
// and times do so to some milliseconds, or not at all. Then the call is its parent.
void place_tool(Draft& tool, const LastCall& call);

// The time a line ends what began at `start`, which may be later where the clock was set back: then by its length.
TimeNs end_of_call(const LineFields& fields, TimeNs start, TimeNs end, std::optional<DurationNs> length);

}  // namespace strobe::importer
