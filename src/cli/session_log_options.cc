#include "cli/session_log_options.h"

namespace strobe::cli {

using session_log::SessionLogFormat;
using session_log::SessionLogOptions;

std::vector<Option> with_session_log_options(std::vector<Option> own) {
  const std::vector<Option> options = {
      {"--session-log", "DIR", "also write a file a session there, while it happens (default: off)"},
      {"--session-log-format", "FORMAT", "attocode (default), copilot or otlp", {"attocode", "copilot", "otlp"}},
      {"--session-log-content", "on|off", "off: neither tasks, arguments, results nor thoughts", {"on", "off"}},
      {"--session-log-result-max", "BYTES", "of each text, the rest is cut (default 10000)"},
      {"--session-log-keep", "N", "keep the newest N files (default 0: all)"},
      {"--session-log-days", "D", "remove files that are D days old (default 0: never)"}};
  own.insert(own.end(), options.begin(), options.end());
  return own;
}

Result<std::optional<SessionLogOptions>> session_log_options(const config::Settings& settings) {
  const std::string& folder = settings.get("session_log").text;
  if (folder == "off") return std::nullopt;
  SessionLogOptions options;
  const std::string& format = settings.get("session_log_format").text;
  if (format == "copilot") options.format = SessionLogFormat::copilot;
  if (format == "otlp") options.format = SessionLogFormat::otlp;
  options.folder = session_log::log_folder(folder, options.format);
  options.lines.has_content = settings.get("session_log_content").text == "on";
  options.lines.result_bytes_max = static_cast<size_t>(settings.number("session_log_result_max"));
  options.retention = {settings.number("session_log_keep"), settings.number("session_log_days")};
  if (options.format == SessionLogFormat::otlp && !options.lines.has_content) {
    return fail(ErrorCode::invalid, "session_log_content off needs session_log_format attocode or copilot",
                "otlp writes spans as they were received");
  }
  return options;
}

}  // namespace strobe::cli
