#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "export/log_line.h"
#include "model/session.h"

// A session as VS Code's Copilot Chat writes its debug logs, debug-logs/SESSION/main.jsonl: a log of its own for each
// sub-agent, and files of content that the logs name. docs/guide/session_logs.md says what stands in them.

namespace strobe::exporter {

// What is there of a session, and how files of content come to be.
struct CopilotFolder {
  IsWritten is_written;
  // The name of the file STEM_N.json with that content, made where there is none yet. Empty: no more are made.
  std::function<std::string(std::string_view stem, std::string_view content)> file_of;
  std::set<std::string, std::less<>> child_logs = {};  // names of sub-agents' logs
};

// The first line of the main log.
LogLine copilot_start_line(const SessionView& session);
// The lines of everything that has ended, by time, but for those that are written. Needs contexts to tell what calls
// saw. Makes files of content.
std::vector<LogLine> copilot_lines(const SessionView& session, const LogLineOptions& options,
                                   const CopilotFolder& folder);
// The key of a line that was written before. Nothing: none of ours.
std::optional<std::string> copilot_key_of(std::string_view line);

}  // namespace strobe::exporter
