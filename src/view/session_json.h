#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "json/write.h"
#include "model/finding.h"
#include "model/session.h"
#include "view/attributes_json.h"

// The JSON that others rely on: docs/json.md, design.md section 7. Nanoseconds are decimal strings, counts are numbers,
// absent is null, integers beyond 2^53 in attributes are strings.

namespace strobe::view {

// A member: null when the text is empty.
void write_text_or_null(json::Writer& writer, std::string_view key, std::string_view text);
void write_int_or_null(json::Writer& writer, std::string_view key, std::optional<int64_t> value);
// An object: the five counts.
void write_usage(json::Writer& writer, const Usage& usage);
// Members "cost_usd" and "cost_kind".
void write_cost(json::Writer& writer, CostKind kind, int64_t pico_usd);
// An object: one session's totals.
void write_session(json::Writer& writer, const SessionSummary& summary);
// An object: one span. With `long_values` null everything is written in place; `request` always is.
void write_span(json::Writer& writer, const SpanView& view, const LongValues* long_values = nullptr);
// Members of an object that has begun: "role", "name", "content_state", "parts".
void write_message_content(json::Writer& writer, const Message& message);
// An object: a message and the span that brought it.
void write_transcript_entry(json::Writer& writer, const SessionView& view, const TranscriptEntry& entry);
// `sessions --json`: an array.
std::string sessions_json(std::span<const SessionSummary> summaries);
// `show ID --json`: {"session":{},"spans":[],"findings":[]}.
std::string session_json(const SessionView& view, std::span<const Finding> findings = {});
// `show ID --view transcript --json`: {"session":{},"messages":[]}.
std::string transcript_json(const SessionView& view, const Transcript& transcript);

}  // namespace strobe::view
