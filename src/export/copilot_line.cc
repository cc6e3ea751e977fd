#include "export/copilot_line.h"

#include "export/log_text.h"
#include "json/parse.h"

namespace strobe::exporter {

namespace {

constexpr int64_t k_ns_per_ms = 1'000'000;
constexpr int64_t k_version = 1;

}  // namespace

std::string copilot_key(std::string_view type, std::string_view trace, std::string_view span_id) {
  if (type.starts_with("turn_")) span_id = span_id.substr(0, span_id.rfind('-'));
  return std::string(type) + " " + std::string(trace) + " " + std::string(span_id);
}

std::optional<std::string> copilot_key_of(std::string_view line) {
  Arena arena;
  const auto node = json::parse(line, arena);
  if (!node || !node->is_object()) return std::nullopt;
  const std::string_view type = node->string_at("type");
  const std::string_view span_id = node->string_at("spanId");
  if (type.empty() || span_id.empty()) return std::nullopt;
  // The main log's first line: its sid is not what the session's key is where that is no UTF-8.
  const json::Node* attributes = node->find("attrs");
  const std::string_view session = attributes == nullptr ? "" : attributes->string_at("strobeSession");
  if (type == "session_start" && !session.empty()) return copilot_key(type, "", session);
  return copilot_key(type, node->string_at("traceId"), span_id);
}

CopilotLine::CopilotLine(LogLine& line, const CopilotHead& head, std::string_view sid, const LogLineOptions& options)
    : line_(line), options_(options) {
  writer_.begin_object();
  if (head.type == "session_start") {
    at("v").int64(k_version);
    at("recordedBy").string("strobe");
  }
  at("ts").int64(head.time.ns / k_ns_per_ms);
  at("dur").float64(milliseconds(head.duration));
  at("sid").string(sid);
  at("type").string(head.type);
  at("name").string(head.name);
  at("spanId").string(head.span_id);
  text("parentSpanId", head.parent_span_id);
  text("traceId", head.trace);
  at("status").string(head.has_failed ? "error" : "ok");
  at("attrs").begin_object();
}

CopilotLine::~CopilotLine() {
  writer_.end_object();
  writer_.end_object();
  line_.text = writer_.take();
}

void CopilotLine::content(std::string_view key, std::string_view value) {
  if (!options_.has_content || value.empty()) return;
  const int64_t cut_before = line_.cut;
  std::string text = cut_text(value, options_.result_bytes_max, line_);
  if (line_.cut > cut_before) text += k_copilot_cut_mark;
  at(key).string(text);
}

}  // namespace strobe::exporter
