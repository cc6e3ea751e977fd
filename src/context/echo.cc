#include "context/echo.h"

#include <algorithm>
#include <string>

#include "base/trimmed.h"
#include "context/canonical.h"

namespace strobe::context {

namespace {

bool is_call(const Part& part) { return part.type == PartType::tool_call; }

std::string joined_text(const Message& message) {
  std::string text;
  for (const Part& part : message.parts) {
    if (part.type == PartType::text) text += part.text;
  }
  return text;
}

}  // namespace

bool names_call(const Part& part) { return is_call(part) && !part.id.empty(); }

MessageId echo_id(const Message& message, const MessageId& id) {
  if (message.role != "assistant") return id;
  Message reduced;
  reduced.role = message.role;
  for (const Part& part : message.parts) {
    if (part.type != PartType::text && part.type != PartType::reasoning) reduced.parts.push_back(part);
  }
  const std::string text = joined_text(message);
  Part joined;
  joined.text = trimmed(text);
  if (std::ranges::any_of(message.parts, names_call)) joined.text = {};
  if (!joined.text.empty()) reduced.parts.push_back(joined);
  return message_id(reduced);
}

std::optional<MessageId> first_call_id(const Message& message) {
  const auto call = std::ranges::find_if(message.parts, is_call);
  if (message.role != "assistant" || call == message.parts.end()) return std::nullopt;
  const std::string text = joined_text(message);
  Message reduced;
  reduced.role = message.role;
  Part joined;
  joined.text = trimmed(text);
  reduced.parts = {joined, *call};
  reduced.parts.back().id = {};
  return message_id(reduced);
}

}  // namespace strobe::context
