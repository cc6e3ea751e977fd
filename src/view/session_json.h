#pragma once

#include <span>
#include <string>

#include "json/write.h"
#include "model/session.h"

// The JSON that others rely on: docs/json.md, design.md section 7. Nanoseconds are decimal strings, counts are numbers,
// absent is null, integers beyond 2^53 in attributes are strings.

namespace strobe::view {

// An object: one session's totals.
void write_session(json::Writer& writer, const SessionSummary& summary);
// `sessions --json`: an array.
std::string sessions_json(std::span<const SessionSummary> summaries);
// `show ID --json`: {"session":{},"spans":[],"findings":[]}.
std::string session_json(const SessionView& view);
// `show ID --view transcript --json`: {"session":{},"messages":[]}.
std::string transcript_json(const SessionView& view, const Transcript& transcript);

}  // namespace strobe::view
