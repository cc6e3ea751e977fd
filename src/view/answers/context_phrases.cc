#include "view/answers/context_phrases.h"

#include <cmath>
#include <cstdio>

#include "view/session_json.h"

namespace strobe::view {

std::string call_name(const SpanView& call) {
  return call.step > 0 ? "step " + std::to_string(call.step) : "span " + call.span.facts.span_id.hex();
}

int64_t call_number(const SessionView& session, int32_t span) {
  int64_t number = 0;
  for (int32_t i = 0; i <= span; ++i) number += session.spans[i].is_llm_call ? 1 : 0;
  return session.spans[span].is_llm_call ? number : 0;
}

std::string message_text(const Message& message, size_t bytes_max) {
  std::string text = "[" + std::string(message.role) + "]";
  for (const Part& part : message.parts) {
    if (text.size() > bytes_max) break;
    const size_t room = bytes_max - text.size();
    text += ' ';
    switch (part.type) {
      case PartType::tool_call:
        text += std::string(part.name) + "(" + std::string(part.payload.text.substr(0, room)) + ")";
        break;
      case PartType::media: text += "<" + std::string(part.mime.empty() ? "media" : part.mime) + ">"; break;
      default: text += part.text.substr(0, room); text += part.payload.text.substr(0, room);
    }
  }
  return text;
}

std::string tenths(int64_t value) { return std::to_string(value / 10) + "." + std::to_string(value % 10); }

std::string one_decimal(double value) {
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, "%.1f", std::round(value * 10) / 10);
  return buffer;
}

std::string json_decimal(std::string_view one_decimal) {
  return std::string(one_decimal.ends_with(".0") ? one_decimal.substr(0, one_decimal.size() - 2) : one_decimal);
}

void write_call_members(json::Writer& writer, const SpanView& call) {
  writer.key("trace_id").string(call.span.facts.trace_id.hex());
  writer.key("span_id").string(call.span.facts.span_id.hex());
  writer.key("step");
  if (call.step > 0) {
    writer.int64(call.step);
  } else {
    writer.null();
  }
}

int64_t pid_of(const SpanView& call) { return call.lane > 0 ? call.lane : 1; }

}  // namespace strobe::view
