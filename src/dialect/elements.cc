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
    part.payload = payload_of(bare_result(*result), arena);
  }
  return part;
}

Part blob_part(const json::Node& node) {
  Part part;
  part.type = PartType::media;
  part.mime = first_string(node, {"mime_type", "mimeType", "mediaType", "media_type"});
  part.data = first_string(node, {"content", "data", "binary_content"});
  return part;
}

// pydantic-ai's first version says "kind".
std::string_view type_of(const json::Node& node) { return first_string(node, {"type", "kind"}); }

Part file_part(const json::Node& node) {
  // Anthropic's blocks: {"source":{"type":"base64","media_type","data"}} or {"source":{"type":"url","url"}}.
  const json::Node* source = node.find("source");
  if (source != nullptr && source->is_object() && node.find("url") == nullptr) {
    const auto url = source->string_at("url");
    return url.empty() ? blob_part(*source) : media_part(url, first_string(*source, {"media_type"}));
  }
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
    if (append_summary(message, node.find("summary"))) return;
  } else if (type == "tool_call" || type == "tool-call" || type == "tool_use") {
    // Traceloop's rewriting of the Vercel AI SDK has the call one level deeper.
    const json::Node* inner = node.find("tool_call");
    return append_part(message, tool_call_part(inner != nullptr && inner->is_object() ? *inner : node, arena));
  } else if (type == "tool_call_response" || type == "tool-result" || type == "tool_result") {
    return append_part(message, tool_result_part(node, arena));
  } else if (type == "blob" || type == "binary") {
    const Part part = blob_part(node);
    if (!part.mime.empty() || !part.data.empty()) return append_part(message, part);
  } else if (type == "uri" || type == "file" || type == "image" || type == "file_data" || type.ends_with("-url")) {
    const Part part = file_part(node);
    if (!part.uri.empty() || !part.data.empty()) return append_part(message, part);
  } else if (type == "image_url") {
    const json::Node* image = node.find("image_url");
    const auto url = image == nullptr ? std::string_view() : image->is_string() ? image->text : image->string_at("url");
    if (!url.empty()) return append_part(message, media_part(url, {}));
  } else if (type.empty() && append_bedrock_block(message, node, arena)) {
    return;
  } else if (type.empty() && node.find("text") != nullptr && node.find("text")->is_string()) {
    return append_text(message, PartType::text, node.string_at("text"));
  }
  append_part(message, other_part(type, node, arena));
}

// The JSON list or object that a text is, else the node as it came.
json::Node unquoted(const json::Node& node, Arena& arena) {
  const bool may_be = node.is_string() && (node.text.starts_with('[') || node.text.starts_with('{')) &&
                      node.text.size() <= k_parsed_bytes_max;
  const auto parsed = may_be ? json::parse(node.text, arena) : node;
  return parsed ? *parsed : node;
}

// Chat completions have a text and calls side by side, in no order. The same instrumentation writes one order for an
// answer and another for its repetition: the text comes first, as the model said it.
void put_text_before_calls(Message& message) {
  auto& parts = message.parts;
  if (message.role != "assistant" || parts.size() < 2 || parts.back().type != PartType::text) return;
  const auto is_call = [](const Part& part) { return part.type == PartType::tool_call; };
  if (std::all_of(parts.begin(), parts.end() - 1, is_call)) std::rotate(parts.begin(), parts.end() - 1, parts.end());
}

// A call or its result standing alone among the messages, as OpenAI's Responses and LiveKit have them; `id` is the
// item's own.
bool read_bare_call(Message& message, const json::Node& element, Arena& arena) {
  const auto type = element.string_at("type");
  Part part;
  if (type == "function_call") {
    message.role = "assistant";
    part = tool_call_part(element, arena);
  } else if (type == "function_call_output") {
    message.role = "tool";
    part = tool_result_part(element, arena);
  } else {
    return false;
  }
  part.id = element.string_at("call_id");
  append_part(message, part);
  return true;
}

}  // namespace

void append_tool_calls(Message& message, const json::Node& calls, Arena& arena) {
  for (const json::Node& item : unquoted(calls, arena).items) {
    const json::Node call = unquoted(item, arena);
    if (!call.is_object()) continue;
    const json::Node* function = call.find("function");
    Part part = tool_call_part(function != nullptr ? *function : call, arena);
    const auto id = call.string_at("id");
    if (!id.empty()) part.id = id;
    append_part(message, part);
  }
}

bool append_summary(Message& message, const json::Node* summary) {
  const auto is_piece = [](const json::Node& item) { return item.string_at("type") == "summary_text"; };
  if (summary == nullptr || summary->items.empty() || !std::ranges::all_of(summary->items, is_piece)) return false;
  for (const json::Node& item : summary->items) append_text(message, PartType::reasoning, item.string_at("text"));
  return true;
}

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
    append_typed(message, type_of(content), content, arena);
  } else if (content.is_array()) {
    for (const json::Node& item : content.items) {
      if (item.is_string()) {
        append_text(message, PartType::text, item.text);
      } else if (item.is_object()) {
        append_typed(message, type_of(item), item, arena);
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
  if (message.role.empty() && read_bare_call(message, element, arena)) return message;
  message.name = element.string_at("name");
  message.finish_reason = first_string(element, {"finish_reason", "finishReason"});
  const json::Node* content = first_member(element, {"parts", "content"});
  const auto call_id = element.string_at("tool_call_id");
  // LiteLLM writes OpenAI's tool_call_id beside the parts of the conventions.
  const json::Node* only = content != nullptr && content->items.size() == 1 ? &content->items.front() : nullptr;
  const bool is_whole_part = only != nullptr && only->string_at("type") == "tool_call_response";
  if (message.role == "tool" && !call_id.empty() && content != nullptr && !is_whole_part) {
    const json::Node* text = only != nullptr && only->string_at("type") == "text" ? only->find("content") : nullptr;
    Part part;
    part.type = PartType::tool_result;
    part.id = call_id;
    part.payload = payload_of(text != nullptr ? *text : *content, arena);
    append_part(message, part);
    return message;
  }
  if (content != nullptr) append_content(message, *content, arena);
  const auto is_call = [](const Part& part) { return part.type == PartType::tool_call; };
  const json::Node* calls = element.find("tool_calls");
  if (calls != nullptr && std::ranges::none_of(message.parts, is_call)) append_tool_calls(message, *calls, arena);
  put_text_before_calls(message);
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
