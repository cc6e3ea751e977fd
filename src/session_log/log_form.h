#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "export/log_line.h"
#include "query/query.h"
#include "session_log/log_folder.h"
#include "session_log/session_files.h"

namespace strobe::session_log {

enum class SessionLogFormat : uint8_t { attocode, copilot, otlp };

// What the writer has to know of a format. Lines are the business of export/.
struct LogForm {
  std::string_view ending;
  LogLayout layout = LogLayout::file;
  query::Content content = query::Content::for_analysis;  // that lines are made of
  bool needs_contexts = true;
  bool has_first_call_in_start = false;  // the first line names the model
  LogSignature signature;
  // The first line; null: there is none.
  exporter::LogLine (*start)(const SessionView& session, const exporter::LogLineOptions& options) = nullptr;
  // The lines of what has ended and is not written, but for the first and the last.
  std::vector<exporter::LogLine> (*lines)(const SessionView& session, const exporter::LogLineOptions& options,
                                          SessionFiles& files) = nullptr;
  // The line of an end, which is written again where a session went on behind one; null: there is none.
  exporter::LogLine (*end)(const SessionView& session) = nullptr;
};

const LogForm& form_of(SessionLogFormat format);
LogFolder log_folder(std::string path, SessionLogFormat format);

}  // namespace strobe::session_log
