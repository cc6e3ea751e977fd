#include "dialect/elements.h"
#include "dialect/payload.h"

namespace strobe::dialect {

namespace {

// message.contents.K.message_content: text, reasoning, image, audio. Tool uses stand in tool_calls as well.
void append_item(Message& message, const json::Node& item, bool has_calls, Arena& arena) {
  const json::Node* content = item.find("message_content");
  if (content == nullptr) return append_content(message, item, arena);
  const auto type = content->string_at("type");
  if (type == "tool_use" && has_calls) return;
  for (const std::string_view kind : {"image", "audio"}) {
    const json::Node* outer = content->find(kind);
    const json::Node* inner = outer != nullptr ? outer->find(kind) : nullptr;
    const auto url = inner != nullptr ? inner->string_at("url") : std::string_view();
    if (!url.empty()) {
      append_part(message, media_part(url, inner->string_at("mime_type")));
      return;
    }
  }
  const json::Node* text = content->find("text");
  if (text != nullptr && text->is_string() && (type.empty() || type == "text" || type == "reasoning")) {
    append_text(message, type == "reasoning" ? PartType::reasoning : PartType::text, text->text);
    return;
  }
  append_content(message, *content, arena);
}

void append_calls(Message& message, const json::Node& body, const json::Node* calls, Arena& arena) {
  if (calls != nullptr) {
    for (const json::Node& item : calls->items) {
      const json::Node* call = item.find("tool_call");
      if (call == nullptr) continue;
      const json::Node* function = call->find("function");
      Part part = tool_call_part(function != nullptr ? *function : *call, arena);
      part.id = call->string_at("id");
      append_part(message, part);
    }
  }
  const auto old_name = body.string_at("function_call_name");
  if (old_name.empty()) return;
  Part part;
  part.type = PartType::tool_call;
  part.name = old_name;
  if (const json::Node* arguments = body.find("function_call_arguments_json")) {
    part.payload = arguments_of(*arguments, arena);
  }
  append_part(message, part);
}

Message tool_answer(const json::Node& body, Message message, const json::Node* content, const json::Node* contents,
                    Arena& arena) {
  Part part;
  part.type = PartType::tool_result;
  part.id = body.string_at("tool_call_id");
  part.name = message.name;
  if (content != nullptr) {
    part.payload = payload_of(*content, arena);
  } else {
    Message inner;
    if (contents != nullptr) {
      for (const json::Node& item : contents->items) append_item(inner, item, false, arena);
    }
    if (inner.parts.size() == 1 && inner.parts.front().type == PartType::text) {
      part.payload = {inner.parts.front().text, false};
    } else if (contents != nullptr) {
      part.payload = {json_text(*contents, arena), true};
    }
  }
  message.name = {};
  append_part(message, part);
  return message;
}

Message plain_text(std::string_view role, const json::Node& holder) {
  Message message;
  message.role = role;
  append_text(message, PartType::text, holder.string_at("text"));
  return message;
}

}  // namespace

Message openinference_message(const json::Node& element, Arena& arena) {
  if (const json::Node* prompt = element.find("prompt")) return plain_text("user", *prompt);
  if (const json::Node* completion = element.find("completion")) return plain_text("assistant", *completion);
  const json::Node* body = element.find("message");
  if (body == nullptr || !body->is_object()) return unknown_element({}, element, arena);

  Message message;
  message.role = folded_role(body->string_at("role"));
  message.name = body->string_at("name");
  message.finish_reason = body->string_at("finish_reason");
  const json::Node* content = body->find("content");
  const json::Node* contents = body->find("contents");
  if (message.role == "tool") return tool_answer(*body, std::move(message), content, contents, arena);

  const json::Node* calls = body->find("tool_calls");
  const bool has_calls = calls != nullptr && !calls->items.empty();
  bool has_text = false;
  if (contents != nullptr) {
    for (const json::Node& item : contents->items) append_item(message, item, has_calls, arena);
    for (const Part& part : message.parts) has_text |= part.type == PartType::text;
  }
  // Some instrumentors write the text both ways: once is enough.
  if (content != nullptr && !has_text) append_content(message, *content, arena);
  append_calls(message, *body, calls, arena);
  return message;
}

Message openinference_tool(const json::Node& element, Arena& arena) {
  const json::Node* tool = element.find("tool");
  const json::Node* schema = tool != nullptr ? tool->find("json_schema") : nullptr;
  if (schema != nullptr) return tool_definition(*schema, arena);
  return tool_definition(tool != nullptr ? *tool : element, arena);
}

}  // namespace strobe::dialect
