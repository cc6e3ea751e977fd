#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "dialect/elements.h"
#include "dialect/payload.h"

// Messages as they stand in JSON attributes of LangSmith, Langfuse, MLflow and Genkit. dialects.md 5.1, 5.2, 5.5, 5.15.
namespace strobe::dialect {

namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 7> k_langchain_roles = {{
    {"human", "user"},
    {"ai", "assistant"},
    {"system", "system"},
    {"developer", "developer"},
    {"tool", "tool"},
    {"function", "tool"},
    {"chat", ""},  // the message's own role counts
}};

// "human" and "HumanMessageChunk" alike; nothing for a word that is no kind of message.
std::optional<std::string_view> langchain_role(std::string_view word) {
  if (word.ends_with("Chunk")) word.remove_suffix(5);
  if (word.ends_with("Message")) word.remove_suffix(7);
  for (const auto& [kind, role] : k_langchain_roles) {
    const auto same = [](char a, char b) { return a == b || a - 'A' + 'a' == b; };
    if (std::ranges::equal(word, kind, same)) return role;
  }
  return std::nullopt;
}

struct LangChain {
  std::string_view role;
  const json::Node* body = nullptr;
};

// {"lc":1,"id":[..,"AIMessage"],"kwargs":{..}}, {"type":"ai","data":{..}} and {"type":"ai","content":..}.
std::optional<LangChain> langchain_of(const json::Node& element) {
  const json::Node* id = element.find("id");
  const json::Node* kwargs = element.find("kwargs");
  const bool is_constructor = element.find("lc") != nullptr && kwargs != nullptr && id != nullptr && !id->items.empty();
  const auto word = is_constructor ? id->items.back().text : element.string_at("type");
  const auto role = langchain_role(word);
  if (!role) return std::nullopt;
  if (is_constructor) return LangChain{*role, kwargs};
  const json::Node* data = element.find("data");
  if (data != nullptr && data->is_object()) return LangChain{*role, data};
  if (element.find("content") != nullptr) return LangChain{*role, &element};
  return std::nullopt;
}

// Anthropic's tool uses stand in the content and in tool_calls: once is enough.
void append_langchain_content(Message& message, const json::Node& content, bool has_calls, Arena& arena) {
  if (!content.is_array()) return append_content(message, content, arena);
  for (const json::Node& item : content.items) {
    if (has_calls && item.string_at("type") == "tool_use") continue;
    if (item.is_string()) {
      append_text(message, PartType::text, item.text);
    } else {
      append_content(message, item, arena);
    }
  }
}

Message langchain_message(const LangChain& source, Arena& arena) {
  const json::Node& body = *source.body;
  Message message;
  message.role = source.role.empty() ? folded_role(body.string_at("role")) : source.role;
  message.name = body.string_at("name");
  if (const json::Node* metadata = body.find("response_metadata")) {
    message.finish_reason = metadata->string_at("finish_reason");
    if (message.finish_reason.empty()) message.finish_reason = metadata->string_at("stop_reason");
  }
  const json::Node* content = body.find("content");
  if (message.role == "tool") {
    Part part;
    part.type = PartType::tool_result;
    part.id = body.string_at("tool_call_id");
    part.name = std::exchange(message.name, {});
    part.is_error = body.string_at("status") == "error";
    if (content != nullptr) part.payload = payload_of(*content, arena);
    append_part(message, part);
    return message;
  }
  const json::Node* calls = body.find("tool_calls");
  const bool has_calls = calls != nullptr && !calls->items.empty();
  if (content != nullptr) append_langchain_content(message, *content, has_calls, arena);
  if (has_calls) {
    for (const json::Node& call : calls->items) append_part(message, tool_call_part(call, arena));
  }
  return message;
}

// {"toolRequest":{"ref","name","input"}} and its like; false: nothing of Genkit's.
bool append_genkit_part(Message& message, const json::Node& item, Arena& arena) {
  if (const json::Node* request = item.find("toolRequest")) {
    Part part = tool_call_part(*request, arena);
    part.id = request->string_at("ref");
    append_part(message, part);
  } else if (const json::Node* response = item.find("toolResponse")) {
    Part part;
    part.type = PartType::tool_result;
    part.id = response->string_at("ref");
    part.name = response->string_at("name");
    if (const json::Node* output = response->find("output")) part.payload = payload_of(*output, arena);
    append_part(message, part);
  } else if (const json::Node* media = item.find("media"); media != nullptr && !media->string_at("url").empty()) {
    append_part(message, media_part(media->string_at("url"), media->string_at("contentType")));
  } else if (const json::Node* reasoning = item.find("reasoning"); reasoning != nullptr && reasoning->is_string()) {
    append_text(message, PartType::reasoning, reasoning->text);
  } else {
    return false;
  }
  return true;
}

bool is_genkit_part(const json::Node& item) {
  if (!item.is_object() || item.find("type") != nullptr) return false;
  for (const auto key : {"toolRequest", "toolResponse", "media", "reasoning"}) {
    if (item.find(key) != nullptr) return true;
  }
  return false;
}

Message genkit_message(const json::Node& element, const json::Node& content, Arena& arena) {
  Message message;
  message.role = folded_role(element.string_at("role"));
  for (const json::Node& item : content.items) {
    if (!is_genkit_part(item) || !append_genkit_part(message, item, arena)) append_content(message, item, arena);
  }
  return message;
}

// The items of a Responses API conversation that are no messages.
std::optional<Message> response_item(const json::Node& element, Arena& arena) {
  const auto type = element.string_at("type");
  Message message;
  if (type == "function_call") {
    message.role = "assistant";
    Part part = tool_call_part(element, arena);
    part.id = element.string_at("call_id");
    append_part(message, part);
    return message;
  }
  if (type == "function_call_output") {
    message.role = "tool";
    Part part;
    part.type = PartType::tool_result;
    part.id = element.string_at("call_id");
    if (const json::Node* output = element.find("output")) part.payload = payload_of(*output, arena);
    append_part(message, part);
    return message;
  }
  return std::nullopt;
}

// LangChain takes ["human", "hello"] for a message.
std::optional<Message> pair_message(const json::Node& element) {
  if (element.items.size() != 2 || !element.items[0].is_string() || !element.items[1].is_string()) return std::nullopt;
  const auto word = element.items[0].text;
  const auto role = langchain_role(word);
  if (!role && word != "user" && word != "assistant") return std::nullopt;
  Message message;
  message.role = role && !role->empty() ? *role : folded_role(word);
  append_text(message, PartType::text, element.items[1].text);
  return message;
}

}  // namespace

Message framework_message(const json::Node& element, Arena& arena) {
  if (element.is_array()) {
    if (auto pair = pair_message(element)) return std::move(*pair);
    return unknown_element("user", element, arena);
  }
  if (!element.is_object()) return chat_message(element, arena);
  if (const auto langchain = langchain_of(element)) return langchain_message(*langchain, arena);
  if (auto item = response_item(element, arena)) return std::move(*item);
  const json::Node* content = element.find("content");
  const bool is_genkit = content != nullptr && std::ranges::any_of(content->items, is_genkit_part);
  return is_genkit ? genkit_message(element, *content, arena) : chat_message(element, arena);
}

}  // namespace strobe::dialect
