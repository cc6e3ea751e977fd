#pragma once

#include <string>

#include "model/session.h"
#include "view/text.h"

namespace strobe::view {

// `show --view summary`: who, how long, how many, tokens per bucket, cost, tools.
std::string session_summary_text(const SessionView& view, const TextStyle& style);
// `show --view tree`: spans below their parents, in start order, with what each cost. Spans whose parent is missing hang
// under a line that says so.
std::string session_tree_text(const SessionView& view, const TextStyle& style);
// `show --view transcript`: messages in reading order. Long parts are cut to k_transcript_lines_max lines unless verbose.
std::string session_transcript_text(const SessionView& view, const Transcript& transcript, const TextStyle& style);

inline constexpr int k_transcript_lines_max = 12;

}  // namespace strobe::view
