#pragma once

#include <string>

#include "model/session.h"
#include "view/excerpt.h"
#include "view/findings.h"
#include "view/text.h"

// What `show` prints, one function a view. Pure; every line fits the style's width.

namespace strobe::view {

// Who, how long, how many, tokens per bucket, cost, tools; then what is missing and why; then the worst findings, and
// the command that explains the one that matters most.
std::string session_summary_text(const SessionView& view, const TextStyle& style, const Found& found = {});
// One line an event, by the real times.
std::string session_timeline_text(const SessionView& view, const Excerpt& excerpt, const TextStyle& style);
// Spans below their parents, LLM calls and their tools grouped by step, with what each cost. Spans whose parent is
// missing hang under a line that says so.
std::string session_tree_text(const SessionView& view, const Excerpt& excerpt, const TextStyle& style);
// Tokens, hit rate and cost of every call, and how well the cache did.
std::string session_tokens_text(const SessionView& view, const Excerpt& excerpt, const TextStyle& style);
// Messages in reading order. Long parts are cut to k_transcript_lines_max lines unless verbose. Calls whose messages
// did not arrive are named all the same.
std::string session_transcript_text(const SessionView& view, const Transcript& transcript, const Excerpt& excerpt,
                                    const TextStyle& style);
// All of them, one after another under headings.
std::string session_all_text(const SessionView& view, const Transcript& transcript, const Excerpt& excerpt,
                             const TextStyle& style, const Found& found = {});

// Why there is less to see than there could be, and what to do about it: nothing arrived, no call to a model, content
// or results withheld, dropped or cut by the sender. A line or two each; empty when nothing is missing.
std::string content_notes_text(const SessionView& view, const TextStyle& style);

inline constexpr int k_transcript_lines_max = 12;
// The tree indents no deeper, however wide the terminal is.
inline constexpr int k_tree_levels_max = 40;

}  // namespace strobe::view
