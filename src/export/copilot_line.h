#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "export/log_line.h"
#include "json/write.h"

// One line of Copilot's debug logs: {"ts","dur","sid","type","name","spanId","parentSpanId","status","attrs":{...}}.
// Ours have "traceId" too: a span's id alone may occur in another trace of the session.

namespace strobe::exporter {

struct CopilotHead {
  std::string_view type;
  std::string name;
  std::string span_id;
  std::string parent_span_id = {};  // empty: none
  std::string trace = {};           // empty: it belongs to the session, whichever of its traces tells of it
  TimeNs time;
  DurationNs duration = {};
  bool has_failed = false;
};

// What a line of that head tells of. Turns are numbered, but are known by the call that begins them: numbers change
// when spans come late.
std::string copilot_key(std::string_view type, std::string_view trace, std::string_view span_id);
// The key of a line that was written before. Nothing: none of ours.
std::optional<std::string> copilot_key_of(std::string_view line);

// A line under way, its attrs open. Sets the line's text when it dies.
class CopilotLine {
 public:
  CopilotLine(LogLine& line, const CopilotHead& head, std::string_view sid, const LogLineOptions& options);
  ~CopilotLine();
  CopilotLine(const CopilotLine&) = delete;
  CopilotLine& operator=(const CopilotLine&) = delete;

  json::Writer& at(std::string_view key) { return writer_.key(key); }
  void text(std::string_view key, std::string_view value) {
    if (!value.empty()) at(key).string(value);
  }
  // A text that may be long, and is left out without content. What is cut ends as Copilot's own texts do.
  void content(std::string_view key, std::string_view value);
  LogLine& line() { return line_; }

 private:
  LogLine& line_;
  const LogLineOptions& options_;
  json::Writer writer_;
};

// Of every session_start line, before anything that a trace says: whose the file is.
inline constexpr std::string_view k_copilot_beginning = R"({"v":1,"recordedBy":"strobe",)";
// Behind every text that was cut: readers of the format look for it.
inline constexpr std::string_view k_copilot_cut_mark = "[truncated]";

}  // namespace strobe::exporter
