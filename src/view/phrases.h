#pragma once

#include <string>
#include <string_view>

#include "model/session.h"
#include "view/text.h"

// The words that several views use for the same thing. What is returned is safe for a terminal, unless it says raw.

namespace strobe::view {

Color color_of(SessionStatus status);
Color color_of(const SpanFacts& facts);

// "1d32a7bc19c9": enough of the id to name the session again.
std::string short_id(const SessionSummary& summary);
// The session in a command to type next: the style's name for it, else its short id.
std::string name_in_commands(const SessionSummary& summary, const TextStyle& style);
// "1 tool call", "3 tool calls".
std::string amount(int64_t number, std::string_view thing);
// "62%", rounded; "-" when there is no whole.
std::string percent(int64_t part, int64_t whole);
// What share of the session's input tokens came from a cache: as percent() says it, "not told" where no call tells.
std::string cache_hit(const SessionView& session);
// Visible and reasoning tokens, saturated.
int64_t total_output(const Usage& usage);
// "$0.0284" reported, "~$0.0284" computed from list prices, ">=$0.0284" a lower bound, "unpriced".
std::string cost_text(CostKind kind, int64_t pico_usd);

// Kind and name in one: "tool read_file", "agent researcher (invoke_agent researcher)".
std::string label_of(const SpanView& span);
// What a line about a span is about: the model, the tool, the agent, else the span's own name.
std::string subject_of(const SpanView& span);
// "FileNotFoundError: no such file"; empty when the span says nothing of a failure. Falls back on its last exception.
std::string error_text(const SpanView& span);
// What the source says of a failure: the status message, else that of the last exception, else error.message. Raw text,
// not safe for a terminal; empty when it says nothing.
std::string_view failure_message(const RawSpan& raw);
// "records the call of span 00f067aa0ba902b7 too"; empty for a span that speaks for itself.
std::string recording_text(const SpanView& span);
// "2,542 in (2,100 cached), 119 out"; with "sum " in front when it is not part of the totals. Empty without usage.
std::string usage_text(const SpanView& span);

// The argument a reader wants to see: the path, the command, the query; else the first one. Cut to
// k_argument_width_max columns. Empty when none arrived.
std::string key_argument(const SpanView& span);
inline constexpr int k_argument_width_max = 60;

// "read_file(src/main.ts)"
std::string tool_text(const SpanView& span);

// It came to an end after it began: the others never ended, or their clock ran backwards.
bool has_ended(const SpanFacts& facts);
// A moment without length or children: a mark, not something that begins and ends. Calls to a model are never marks.
bool is_mark(const SpanView& span);
// "◆ model_route gpt-4o → o3 (cheaper)": the name with what its attributes say of a change, else with the first of
// them.
std::string mark_text(const SpanView& span);
// The same for an event within a span: "◆ retry attempt=2".
std::string mark_text(const RawEvent& event);

}  // namespace strobe::view
