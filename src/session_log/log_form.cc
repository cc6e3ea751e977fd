#include "session_log/log_form.h"

#include "export/attocode_lines.h"
#include "export/copilot_content.h"
#include "export/copilot_line.h"
#include "export/copilot_lines.h"
#include "export/otlp_lines.h"

namespace strobe::session_log {

namespace {

using exporter::LogLine;
using exporter::LogLineOptions;

// OTLP has no place for it.
constexpr std::string_view k_mark = "\"recordedBy\":\"strobe\"";

exporter::IsWritten is_written_in(const SessionFiles& files) {
  return [&files](std::string_view key) { return files.has(key); };
}

std::vector<LogLine> attocode_lines(const SessionView& session, const LogLineOptions& options, SessionFiles& files) {
  return exporter::attocode_lines(session, options, is_written_in(files));
}

LogLine copilot_start(const SessionView& session, const LogLineOptions&) {
  return exporter::copilot_start_line(session);
}

std::vector<LogLine> copilot_lines(const SessionView& session, const LogLineOptions& options, SessionFiles& files) {
  files.replace(k_models_file, exporter::copilot_models(session));
  return exporter::copilot_lines(session, options,
                                 {.is_written = is_written_in(files),
                                  .file_of = [&](auto stem, auto content) { return files.file_of(stem, content); },
                                  .child_logs = files.child_logs()});
}

std::vector<LogLine> otlp_lines(const SessionView& session, const LogLineOptions&, SessionFiles& files) {
  return exporter::otlp_lines(session, is_written_in(files));
}

}  // namespace

const LogForm& form_of(SessionLogFormat format) {
  static const LogForm k_attocode = {
      .ending = ".jsonl",
      .has_first_call_in_start = true,
      .signature = {.beginning = exporter::k_attocode_beginning, .mark = k_mark, .key_of = exporter::attocode_key_of},
      .start = exporter::attocode_start_line,
      .lines = attocode_lines,
      .end = exporter::attocode_end_line};
  static const LogForm k_copilot = {
      .ending = ".jsonl",
      .layout = LogLayout::folder,
      .signature = {.beginning = exporter::k_copilot_beginning, .mark = k_mark, .key_of = exporter::copilot_key_of},
      .start = copilot_start,
      .lines = copilot_lines};
  static const LogForm k_otlp = {
      .ending = ".otlp.jsonl",
      .content = query::Content::everything,
      .needs_contexts = false,
      .signature = {.beginning = exporter::k_otlp_beginning, .key_of = exporter::otlp_key_of},
      .lines = otlp_lines};
  switch (format) {
    case SessionLogFormat::attocode: break;
    case SessionLogFormat::copilot: return k_copilot;
    case SessionLogFormat::otlp: return k_otlp;
  }
  return k_attocode;
}

LogFolder log_folder(std::string path, SessionLogFormat format) {
  const LogForm& form = form_of(format);
  return {
      .path = std::move(path), .ending = std::string(form.ending), .layout = form.layout, .signature = form.signature};
}

}  // namespace strobe::session_log
