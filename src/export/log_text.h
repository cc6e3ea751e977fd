#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "export/log_line.h"
#include "model/session.h"

// What the forms of session logs have in common.

namespace strobe::exporter {

// The session's key, else its id.
std::string session_name(const SessionView& session);
// "the beginning... [cut: 23456 bytes in all]" where the text is longer than that, which is counted in `line`. UTF-8
// stays whole.
std::string cut_text(std::string_view text, size_t bytes_max, LogLine& line);
// How many of the first `bytes_max` bytes of a longer text are whole characters of UTF-8.
size_t whole_characters(std::string_view text, size_t bytes_max);
// The message's parts of that type, joined.
std::string text_of(const Message& message, PartType type, std::string_view between);
// What a call answered, whether the session's contexts were loaded or not.
std::vector<const Message*> answers_of(const SessionView& session, int32_t call);
// What the model thought before it answered; empty: nothing is known of that.
std::string thought_of(const SessionView& session, int32_t call);
// What a failed span says of its failure, else the failure's type. Raw text.
std::string failure_text(const SpanView& span);
// A failure began there: nothing below it failed, and no other span tells of it. Not of runs: they only pass on what
// failed in them.
bool is_first_failure(const SessionView& session, const SpanView& span);
// In whole microseconds: what stands behind them nobody measures, and a double of it is long.
double milliseconds(DurationNs duration);
double dollars(int64_t pico_usd);

}  // namespace strobe::exporter
