#include <array>

#include "dialect/elements.h"
#include "dialect/payload.h"

// Gemini's own contents, as Google's SDK for Python dumps them (snake case) and as its API has them (camel case).
namespace strobe::dialect {

namespace {

const json::Node* member(const json::Node& node, std::string_view snake, std::string_view camel) {
  const json::Node* found = node.find(snake);
  if (found == nullptr) found = node.find(camel);
  return found != nullptr && found->type != json::Type::null ? found : nullptr;
}

std::string_view text_of_member(const json::Node& node, std::string_view snake, std::string_view camel) {
  const json::Node* found = member(node, snake, camel);
  return found != nullptr && found->is_string() ? found->text : std::string_view();
}

Part call_part(const json::Node& call, Arena& arena) {
  Part part = tool_call_part(call, arena);
  // A call without arguments has none in the dump, and {} when it comes back.
  if (part.payload.text.empty()) part.payload = {"{}", true};
  return part;
}

Part response_part(const json::Node& response, Arena& arena) {
  Part part;
  part.type = PartType::tool_result;
  part.id = response.string_at("id");
  part.name = response.string_at("name");
  if (const json::Node* value = response.find("response")) part.payload = payload_of(*value, arena);
  return part;
}

Part data_part(const json::Node& data) {
  Part part;
  part.type = PartType::media;
  part.mime = text_of_member(data, "mime_type", "mimeType");
  part.data = data.string_at("data");
  part.uri = text_of_member(data, "file_uri", "fileUri");
  return part;
}

void append_gemini_part(Message& message, const json::Node& node, Arena& arena) {
  if (const json::Node* call = member(node, "function_call", "functionCall")) {
    return append_part(message, call_part(*call, arena));
  }
  if (const json::Node* response = member(node, "function_response", "functionResponse")) {
    return append_part(message, response_part(*response, arena));
  }
  for (const auto& [snake, camel] : {std::pair("inline_data", "inlineData"), std::pair("file_data", "fileData")}) {
    if (const json::Node* data = member(node, snake, camel)) return append_part(message, data_part(*data));
  }
  const json::Node* text = node.find("text");
  if (text != nullptr && text->is_string()) {
    const json::Node* thought = node.find("thought");
    const bool is_thought = thought != nullptr && thought->type == json::Type::boolean && thought->boolean;
    return append_text(message, is_thought ? PartType::reasoning : PartType::text, text->text);
  }
  append_content(message, node, arena);
}

}  // namespace

Message gemini_content(const json::Node& element, Arena& arena) {
  const json::Node* parts = element.is_object() ? element.find("parts") : nullptr;
  if (parts == nullptr || !parts->is_array()) return chat_message(element, arena);
  Message message;
  message.role = folded_role(element.string_at("role"));
  if (message.role.empty()) message.role = "user";
  for (const json::Node& part : parts->items) {
    if (part.is_object()) {
      append_gemini_part(message, part, arena);
    } else {
      append_content(message, part, arena);
    }
  }
  return message;
}

}  // namespace strobe::dialect
