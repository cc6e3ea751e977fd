#include "dialect/elements.h"

#include <algorithm>
#include <initializer_list>

#include "dialect/payload.h"
#include "json/parse.h"

namespace strobe::dialect {

namespace {

std::string_view first_string(const json::Node& node, std::initializer_list<std::string_view> keys) {
  for (const auto key : keys) {
    const auto found = node.string_at(key);
    if (!found.empty()) return found;
  }
  return {};
}

const json::Node* first_member(const json::Node& node, std::initializer_list<std::string_view> keys) {
  for (const auto key : keys) {
    if (const json::Node* found = node.find(key)) return found;
  }
  return nullptr;
}

bool is_true(const json::Node& node, std::string_view key) {
  const json::Node* found = node.find(key);
  return found != nullptr && found->type == json::Type::boolean && found->boolean;
}

// The Vercel AI SDK wraps results since version 5: {"type":"text|json|error-text|error-json|content","value":...}.
const json::Node& unwrapped(const json::Node& output, Part& part) {
  const auto type = output.string_at("type");
  const json::Node* value = output.find("value");
  if (value == nullptr || output.members.size() > 3) return output;
  if (type == "error-text" || type == "error-json") part.is_error = true;
  const bool is_wrapper = part.is_error || type == "text" || type == "json" || type == "content";
  return is_wrapper ? *value : output;
}

Part tool_result_part(const json::Node& node, Arena& arena) {
  Part part;
  part.type = PartType::tool_result;
  part.id = first_string(node, {"id", "toolCallId", "tool_use_id", "tool_call_id", "call_id"});
  part.name = first_string(node, {"name", "toolName"});
  part.is_error = is_true(node, "isError") || is_true(node, "is_error");
  if (const json::Node* output = node.find("output")) {
    part.payload = payload_of(unwrapped(*output, part), arena);
  } else if (const json::Node* result = first_member(node, {"response", "result", "content"})) {
    part.payload = payload_of(*result, arena);
  }
  return part;
}

Part blob_part(const json::Node& node) {
  Part part;
  part.type = PartType::media;
  part.mime = first_string(node, {"mime_type", "mimeType", "mediaType"});
  part.data = first_string(node, {"content", "data"});
  return part;
}

Part file_part(const json::Node& node) {
  const auto mime = first_string(node, {"mime_type", "mimeType", "mediaType"});
  auto location = first_string(node, {"uri", "url", "data", "image"});
  if (location.empty()) {
    // References to uploads have no bytes of their own.
    Part part;
    part.type = PartType::media;
    part.mime = mime;
    part.uri = first_string(node, {"file_id", "fileId", "filename"});
    return part;
  }
  return media_part(location, mime);
}

Part other_part(std::string_view type, const json::Node& node, Arena& arena) {
  Part part;
  part.type = PartType::other;
  part.name = type;
  part.payload = {json_text(node, arena), true};
  return part;
}

void append_typed(Message& message, std::string_view type, const json::Node& node, Arena& arena) {
  if (type == "text" || type == "input_text" || type == "output_text") {
    const json::Node* text = first_member(node, {"content", "text"});
    if (text != nullptr && text->is_string()) return append_text(message, PartType::text, text->text);
  } else if (type == "reasoning" || type == "thinking") {
    const json::Node* text = first_member(node, {"content", "text", "thinking"});
    if (text != nullptr && text->is_string()) return append_text(message, PartType::reasoning, text->text);
  } else if (type == "tool_call" || type == "tool-call" || type == "tool_use") {
    return append_part(message, tool_call_part(node, arena));
  } else if (type == "tool_call_response" || type == "tool-result" || type == "tool_result") {
    return append_part(message, tool_result_part(node, arena));
  } else if (type == "blob") {
    return append_part(message, blob_part(node));
  } else if (type == "uri" || type == "file" || type == "image" || type == "file_data") {
    const Part part = file_part(node);
    if (!part.uri.empty() || !part.data.empty()) return append_part(message, part);
  } else if (type == "image_url") {
    const json::Node* image = node.find("image_url");
    const auto url = image == nullptr ? std::string_view() : image->is_string() ? image->text : image->string_at("url");
    if (!url.empty()) return append_part(message, media_part(url, {}));
  } else if (type.empty() && node.find("text") != nullptr && node.find("text")->is_string()) {
    return append_text(message, PartType::text, node.string_at("text"));
  }
  append_part(message, other_part(type, node, arena));
}

// OpenAI's own shape, which some emitters pass through: {"tool_calls":[{"id","function":{"name","arguments"}}]}.
void append_openai_calls(Message& message, const json::Node& element, Arena& arena) {
  const json::Node* calls = element.find("tool_calls");
  if (calls == nullptr) return;
  for (const json::Node& call : calls->items) {
    const json::Node* function = call.find("function");
    Part part = tool_call_part(function != nullptr ? *function : call, arena);
    part.id = call.string_at("id");
    append_part(message, part);
  }
}

}  // namespace

std::string_view folded_role(std::string_view role) {
  if (role == "model" || role == "ai" || role == "AI") return "assistant";
  if (role == "human") return "user";
  if (role == "function") return "tool";
  return role;
}

Message unknown_element(std::string_view role, const json::Node& element, Arena& arena) {
  Message message;
  message.role = role;
  message.parts.push_back(other_part("unknown", element, arena));
  return message;
}

void append_part(Message& message, const Part& part) {
  const bool is_text = part.type == PartType::text || part.type == PartType::reasoning;
  if (is_text && part.text.empty()) return;
  const auto marked = is_text                        ? part.text
                      : part.type == PartType::media ? part.uri
                      : part.payload.is_json         ? std::string_view()
                                                     : part.payload.text;
  const auto state = state_of(marked);
  if (state != ContentState::present && message.state == ContentState::present) message.state = state;
  message.parts.push_back(part);
}

void append_text(Message& message, PartType type, std::string_view text) {
  Part part;
  part.type = type;
  part.text = text;
  append_part(message, part);
}

Part media_part(std::string_view location, std::string_view mime) {
  Part part;
  part.type = PartType::media;
  part.mime = mime;
  if (location.starts_with("data:")) {
    const auto rest = location.substr(5);
    const size_t comma = rest.find(',');
    const auto head = rest.substr(0, comma);
    if (comma != std::string_view::npos && head.ends_with(";base64")) {
      if (part.mime.empty()) part.mime = head.substr(0, head.find(';'));
      part.data = rest.substr(comma + 1);
      return part;
    }
  }
  const bool is_redacted = state_of(location) != ContentState::present;
  const bool is_location = location.substr(0, 64).find(':') != std::string_view::npos || is_redacted;
  (is_location ? part.uri : part.data) = location;
  return part;
}

Part tool_call_part(const json::Node& node, Arena& arena) {
  Part part;
  part.type = PartType::tool_call;
  part.id = first_string(node, {"id", "toolCallId", "call_id"});
  part.name = first_string(node, {"name", "toolName"});
  if (const json::Node* arguments = first_member(node, {"arguments", "input", "args"})) {
    part.payload = arguments_of(*arguments, arena);
  }
  return part;
}

void append_content(Message& message, const json::Node& content, Arena& arena) {
  if (content.is_string()) {
    append_text(message, PartType::text, content.text);
  } else if (content.is_object()) {
    append_typed(message, content.string_at("type"), content, arena);
  } else if (content.is_array()) {
    for (const json::Node& item : content.items) {
      if (item.is_string()) {
        append_text(message, PartType::text, item.text);
      } else if (item.is_object()) {
        append_typed(message, item.string_at("type"), item, arena);
      } else {
        append_part(message, other_part({}, item, arena));
      }
    }
  } else if (content.type != json::Type::null) {
    append_part(message, other_part({}, content, arena));
  }
}

Message chat_message(const json::Node& element, Arena& arena) {
  Message message;
  if (element.is_string()) {
    message.role = "user";
    append_content(message, element, arena);
    return message;
  }
  if (!element.is_object()) return unknown_element("user", element, arena);
  message.role = folded_role(element.string_at("role"));
  message.name = element.string_at("name");
  message.finish_reason = first_string(element, {"finish_reason", "finishReason"});
  const json::Node* content = first_member(element, {"parts", "content"});
  const auto call_id = element.string_at("tool_call_id");
  if (message.role == "tool" && !call_id.empty() && content != nullptr) {
    Part part;
    part.type = PartType::tool_result;
    part.id = call_id;
    part.payload = payload_of(*content, arena);
    append_part(message, part);
    return message;
  }
  if (content != nullptr) append_content(message, *content, arena);
  append_openai_calls(message, element, arena);
  if (content == nullptr && message.parts.empty() && message.role.empty()) {
    return unknown_element("user", element, arena);
  }
  return message;
}

Message system_message(const json::Node& element, Arena& arena) {
  Message message;
  message.role = "system";
  if (element.is_string()) {
    // A whole attribute may be handed over as the string it was: then its text is the JSON.
    const size_t first = element.text.find_first_not_of(" \t\r\n");
    const char opening = first == std::string_view::npos ? ' ' : element.text[first];
    if ((opening == '[' || opening == '{') && element.text.size() <= k_parsed_bytes_max) {
      const auto parsed = json::parse(element.text, arena);
      if (parsed) return system_message(*parsed, arena);
    }
  }
  const json::Node* inner = element.is_object() ? first_member(element, {"parts"}) : nullptr;
  append_content(message, inner != nullptr ? *inner : element, arena);
  return message;
}

Message tool_definition(const json::Node& element, Arena& arena) {
  Message message;
  message.role = k_role_tool_definition;
  Part part;
  part.type = PartType::other;
  part.name = "function";
  part.payload = arguments_of(element, arena);
  message.parts.push_back(part);
  return message;
}

}  // namespace strobe::dialect
