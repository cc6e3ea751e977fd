#include <algorithm>
#include <array>
#include <span>
#include <utility>
#include <vector>

#include "dialect/elements.h"
#include "dialect/openllmetry.h"
#include "dialect/payload.h"
#include "json/parse.h"

// Elements of gen_ai.prompt.N.* and gen_ai.completion.N.*. dialects.md 3.
namespace strobe::dialect {

namespace {

constexpr std::array<std::string_view, 10> k_part_types = {"text",        "image_url",  "image",       "tool_use",
                                                           "tool_result", "input_text", "output_text", "thinking",
                                                           "file",        "document"};

bool is_typed_part(const json::Node& item) {
  return std::ranges::find(k_part_types, item.string_at("type")) != k_part_types.end();
}

// Lists of parts come as their JSON text. A text that is a JSON list of anything else is a text.
json::Node content_of(const json::Node& content, bool has_calls, Arena& arena) {
  if (!content.is_string() || !content.text.starts_with('[') || content.text.size() > k_parsed_bytes_max) {
    return content;
  }
  const auto parsed = json::parse(content.text, arena);
  if (!parsed || !parsed->is_array()) return content;
  const bool is_list = parsed->items.empty() ? has_calls : std::ranges::all_of(parsed->items, is_typed_part);
  return is_list ? *parsed : content;
}

void append_calls(Message& message, const json::Node& element, Arena& arena) {
  if (const json::Node* calls = element.find("tool_calls")) {
    for (const json::Node& call : calls->items) {
      // LiteLLM and some instrumentations keep OpenAI's nesting.
      const json::Node* function = call.find("function");
      Part part = tool_call_part(function != nullptr ? *function : call, arena);
      part.id = call.string_at("id");
      append_part(message, part);
    }
  }
  const json::Node* old_call = element.find("function_call");
  if (old_call != nullptr && old_call->is_object()) append_part(message, tool_call_part(*old_call, arena));
}

// Old Anthropic spans name the role in the key: gen_ai.prompt.0.user.
Message message_of_role_key(const json::Node& element, Arena& arena) {
  for (const std::string_view role : {"user", "system", "assistant"}) {
    const json::Node* text = element.find(role);
    if (text == nullptr || !text->is_string()) continue;
    Message message;
    message.role = role;
    append_text(message, PartType::text, text->text);
    return message;
  }
  return unknown_element({}, element, arena);
}

// The block of a provider whose JSON stands as a text; null when the text is one of its own.
json::Node block_of(const Part& part, Arena& arena) {
  const bool may_be = part.type == PartType::text && part.text.starts_with('{') && part.text.ends_with('}') &&
                      part.text.find("\"type\"") != std::string_view::npos && part.text.size() <= k_parsed_bytes_max;
  if (!may_be) return {};
  const auto parsed = json::parse(part.text, arena);
  if (!parsed) return {};
  const auto type = parsed->string_at("type");
  const bool is_call = type == "function_call" && !parsed->string_at("call_id").empty();
  const bool is_block =
      is_call || type == "tool_use" || type == "thinking" || (type == "reasoning" && parsed->find("summary"));
  return is_block ? *parsed : json::Node();
}

// Of OpenAI's Responses it writes the text first, then the reasoning as the JSON of its summary, then the calls: the
// model reasoned first.
bool prepend_summary(Message& message, const Part& part, Arena& arena) {
  const bool may_be = part.type == PartType::reasoning && part.text.starts_with('[') && part.text.ends_with(']') &&
                      part.text.size() <= k_parsed_bytes_max;
  const auto parsed = may_be ? json::parse(part.text, arena) : json::Node();
  Message reasoning;
  if (!parsed || !append_summary(reasoning, &*parsed)) return false;
  const auto is_reasoning = [](const Part& earlier) { return earlier.type == PartType::reasoning; };
  const auto behind = std::ranges::find_if_not(message.parts, is_reasoning);
  message.parts.insert(behind, reasoning.parts.begin(), reasoning.parts.end());
  return true;
}

void append_block(Message& message, const json::Node& block, std::span<const Part> parts, Arena& arena) {
  const auto type = block.string_at("type");
  if (type == "thinking") return append_text(message, PartType::reasoning, block.string_at("thinking"));
  if (type == "reasoning") {
    for (const json::Node& item : block.find("summary")->items) {
      append_text(message, PartType::reasoning, item.string_at("text"));
    }
    return;
  }
  Part call = tool_call_part(block, arena);
  if (type == "function_call") call.id = block.string_at("call_id");
  const auto is_same = [&](const Part& part) { return part.type == PartType::tool_call && part.id == call.id; };
  if (std::ranges::none_of(parts, is_same)) append_part(message, call);
}

}  // namespace

Message openllmetry_chat(const json::Node& element, Arena& arena) {
  Message message = chat_message(element, arena);
  if (message.role == "assistant") read_blocks(message, arena);
  return message;
}

void read_blocks(Message& message, Arena& arena) {
  const std::vector<Part> parts = std::exchange(message.parts, {});
  for (const Part& part : parts) {
    const json::Node block = block_of(part, arena);
    if (block.is_object()) {
      append_block(message, block, parts, arena);
    } else if (!prepend_summary(message, part, arena)) {
      message.parts.push_back(part);
    }
  }
}

Message openllmetry_message(const json::Node& element, Arena& arena) {
  if (!element.is_object()) return chat_message(element, arena);
  const json::Node* content = element.find("content");
  const json::Node* calls = element.find("tool_calls");
  const auto role = element.string_at("role");
  const bool has_call = calls != nullptr || element.find("function_call") != nullptr;
  if (role.empty() && content == nullptr && !has_call) return message_of_role_key(element, arena);

  Message message;
  message.role = folded_role(role);
  message.finish_reason = element.string_at("finish_reason");
  const auto call_id = element.string_at("tool_call_id");
  if (message.role == "tool" && content != nullptr) {
    Part part;
    part.type = PartType::tool_result;
    part.id = call_id;
    part.payload = payload_of(*content, arena);
    append_part(message, part);
    return message;
  }
  append_text(message, PartType::reasoning, element.string_at("reasoning"));
  const bool has_calls = calls != nullptr && !calls->items.empty();
  if (content != nullptr) append_content(message, content_of(*content, has_calls, arena), arena);
  append_text(message, PartType::text, element.string_at("refusal"));
  append_calls(message, element, arena);
  return message;
}

}  // namespace strobe::dialect
