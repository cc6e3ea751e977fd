#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "json/write.h"
#include "model/session.h"

// Words and pieces that the answers about contexts have in common.

namespace strobe::view {

// "step 3"; "span 00f067aa0ba902b7" for a call that is no step.
std::string call_name(const SpanView& call);
// A call's place among the session's calls by start, from 1 on; 0: it is none.
int64_t call_number(const SessionView& session, int32_t span);
// "[role] content": texts, calls as name(arguments), results. Raw text. Cut after `bytes_max` bytes or so.
std::string message_text(const Message& message, size_t bytes_max = static_cast<size_t>(-1));
// "85.0" of 850.
std::string tenths(int64_t value);
// Rounded to tenths, half away from zero: 45.0 is "45.0".
std::string one_decimal(double value);
// The same as a JSON number, as Go writes it: 45, 45.5.
std::string json_decimal(std::string_view one_decimal);

// Members "trace_id", "span_id" and "step" (null: no step).
void write_call_members(json::Writer& writer, const SpanView& call);
// "lane" of the call as rnix knows processes: its lane, 1 where none is known.
int64_t pid_of(const SpanView& call);

}  // namespace strobe::view
