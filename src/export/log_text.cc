#include "export/log_text.h"

#include <algorithm>

#include "view/phrases.h"

namespace strobe::exporter {

std::string session_name(const SessionView& session) {
  return session.summary.key.empty() ? session.summary.id.hex() : session.summary.key;
}

std::string cut_text(std::string_view text, size_t bytes_max, LogLine& line) {
  if (text.size() <= bytes_max) return std::string(text);
  ++line.cut;
  return std::string(text.substr(0, whole_characters(text, bytes_max))) + "... [cut: " + std::to_string(text.size()) +
         " bytes in all]";
}

size_t whole_characters(std::string_view text, size_t bytes_max) {
  size_t end = bytes_max;
  while (end > 0 && (static_cast<uint8_t>(text[end]) & 0xc0) == 0x80) --end;
  return end;
}

std::string text_of(const Message& message, PartType type, std::string_view between) {
  std::string text;
  for (const Part& part : message.parts) {
    if (part.type != type || part.text.empty()) continue;
    if (!text.empty()) text += between;
    text += part.text;
  }
  return text;
}

std::vector<const Message*> answers_of(const SessionView& session, int32_t call) {
  std::vector<const Message*> answers;
  if (session.contexts.is_loaded) {
    for (const int32_t output : session.contexts.outputs[call]) {
      answers.push_back(&session.contexts.messages[output].message);
    }
  } else {
    for (const Message& message : session.spans[call].span.output) answers.push_back(&message);
  }
  return answers;
}

std::string thought_of(const SessionView& session, int32_t call) {
  std::string thought;
  for (const Message* message : answers_of(session, call)) {
    for (const Part& part : message->parts) {
      if (part.type == PartType::reasoning) thought += part.text;
    }
  }
  return thought;
}

std::string failure_text(const SpanView& span) {
  std::string message = span.raw == nullptr ? std::string() : std::string(view::failure_message(*span.raw));
  return message.empty() ? span.span.facts.error_type : message;
}

bool is_first_failure(const SessionView& session, const SpanView& span) {
  const SpanFacts& facts = span.span.facts;
  if (facts.status != SpanStatus::error || span.duplicate_how != SameCall::no || facts.kind == Kind::run) return false;
  return std::ranges::none_of(
      span.children, [&](int32_t child) { return session.spans[child].span.facts.status == SpanStatus::error; });
}

double milliseconds(DurationNs duration) { return static_cast<double>(duration.ns / 1000) / 1000; }

double dollars(int64_t pico_usd) { return static_cast<double>(pico_usd) / 1e12; }

}  // namespace strobe::exporter
