#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "export/log_line.h"
#include "model/session.h"

// A session as lines of an attocode trace file (the TypeScript generation): docs/guide/session_logs.md. Lines are made
// span by span, so that a file can grow while the session happens.

namespace strobe::exporter {

inline constexpr std::string_view k_start_key = "start";
inline constexpr std::string_view k_end_key = "end";
// Of every start line, before anything that a trace says: whose the file is.
inline constexpr std::string_view k_attocode_beginning = R"({"_type":"session.start","recordedBy":"strobe",)";

// What the session is: the first line of its file.
LogLine attocode_start_line(const SessionView& session, const LogLineOptions& options);
// What became of it and its totals. Only of sessions that have ended.
LogLine attocode_end_line(const SessionView& session);
// The lines of everything that has ended, by time, but for those of which `is_written` says so. Calls to models, tools
// and failures have lines; spans that only hold others have none. Needs contexts to count messages; without them says
// nothing of them.
std::vector<LogLine> attocode_lines(const SessionView& session, const LogLineOptions& options,
                                    const IsWritten& is_written);

// The key of a line that was written before. Nothing: none of ours.
std::optional<std::string> attocode_key_of(std::string_view line);

}  // namespace strobe::exporter
