#pragma once

#include <string>
#include <string_view>

#include "json/write.h"
#include "model/session_health.h"
#include "view/text.h"

// Numbers that contradict each other, in words and as JSON. docs/reference/token-truth.md explains them.

namespace strobe::view {

// Why the two numbers cannot both be right, and which Strobe takes.
std::string_view why_of(ContradictionRule rule);
// All of them, by rule: who told it, what, and what is counted. Empty when there are none.
std::string contradictions_text(const SessionHealth& health, const TextStyle& style);
// A line for views that show the numbers: how many there are, and who tells more. Empty when there are none.
std::string contradictions_note(const SessionView& view, const TextStyle& style);
// An object: the numbers as they were told; absent is null.
void write_reported(json::Writer& writer, const ReportedUsage& reported);
// Member "contradictions": an array.
void write_contradictions(json::Writer& writer, const SessionHealth& health);
void write_contradictions(json::Writer& writer, const SessionView& view);

}  // namespace strobe::view
