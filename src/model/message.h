#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace strobe {

// Whether the content of a message is all there: dialects.md 0.7. Part of a message's identity; stored inside
// canonical forms, so values never change meaning.
enum class ContentState : uint8_t { present = 0, truncated = 1, redacted = 2, absent = 3 };

enum class PartType : uint8_t { text = 1, reasoning = 2, tool_call = 3, tool_result = 4, media = 5, other = 6 };
// "text", "reasoning", "tool_call", "tool_result", "media", "other".
std::string_view name_of(PartType type);

// Something a schema may declare to be JSON. `text` is JSON source when `is_json`, else a plain string.
struct Payload {
  std::string_view text;
  bool is_json = false;
};

// One part of a message. Only the fields of its type are set. Views live as long as the raw batch they came from.
struct Part {
  PartType type = PartType::text;
  std::string_view text;  // text, reasoning
  std::string_view id;    // tool_call, tool_result: the call id
  std::string_view name;  // tool_call, tool_result: the tool; other: the part's type as the dialect spells it
  Payload payload;        // tool_call: arguments; tool_result: the result; other: the part as JSON
  bool is_error = false;  // tool_result
  std::string_view mime;  // media
  std::string_view data;  // media: base64 of the bytes, when inline
  std::string_view uri;   // media: where it is, when not inline
};

// What one element of a context means: context.md section 2. Roles are the dialect's words folded to system,
// developer, user, assistant, tool; a tool definition is a message of role "tool_definition" with one `other` part.
struct Message {
  std::string_view role;
  std::string_view name;
  std::vector<Part> parts;
  ContentState state = ContentState::present;
  std::string_view finish_reason;  // not part of the identity
};

inline constexpr std::string_view k_role_tool_definition = "tool_definition";

}  // namespace strobe
