#include "export/copilot_content.h"

#include <algorithm>
#include <map>

#include "export/copilot_line.h"
#include "export/log_text.h"
#include "json/parse.h"
#include "json/write.h"

namespace strobe::exporter {

namespace {

// {"role":"","parts":[]}
constexpr size_t k_message_bytes_min = 22;
// Enough to tell messages of one session apart.
constexpr size_t k_id_digits = 16;

std::string text_of(const Message& message, PartType type, std::string_view between) {
  std::string text;
  for (const Part& part : message.parts) {
    if (part.type != type || part.text.empty()) continue;
    if (!text.empty()) text += between;
    text += part.text;
  }
  return text;
}

bool is_of_a_user(const Message& message) {
  if (message.role != "user") return false;
  const auto has = [&](PartType type) {
    return std::ranges::any_of(message.parts, [&](const Part& part) { return part.type == type; });
  };
  return has(PartType::text) && !has(PartType::tool_result);
}

void write_payload(const Payload& payload, json::Writer& writer) {
  Arena arena;
  if (payload.is_json) {
    if (const auto node = json::parse(payload.text, arena)) {
      writer.node(*node);
      return;
    }
  }
  writer.string(payload.text);
}

void write_part(const Part& part, json::Writer& writer) {
  const auto begin = [&](std::string_view type) { writer.begin_object().key("type").string(type); };
  switch (part.type) {
    case PartType::text: begin("text"), writer.key("content").string(part.text); break;
    case PartType::reasoning: begin("reasoning"), writer.key("content").string(part.text); break;
    case PartType::tool_call:
      begin("tool_call");
      writer.key("id").string(part.id).key("name").string(part.name).key("arguments");
      write_payload(part.payload, writer);
      break;
    case PartType::tool_result:
      begin("tool_call_response");
      writer.key("id").string(part.id).key("response");
      write_payload(part.payload, writer);
      break;
    case PartType::media:
      begin(part.uri.empty() ? "blob" : "uri");
      writer.key("mime_type").string(part.mime);
      if (!part.uri.empty()) writer.key("uri").string(part.uri);
      // The bytes are the store's: a log is for reading.
      if (!part.data.empty()) writer.key("size_base64_bytes").uint64(part.data.size());
      break;
    case PartType::other:
      begin(part.name.empty() ? "other" : part.name);
      writer.key("content");
      write_payload(part.payload, writer);
      break;
  }
  writer.end_object();
}

void write_message(const Message& message, json::Writer& writer) {
  writer.begin_object().key("role").string(message.role).key("parts").begin_array();
  for (const Part& part : message.parts) write_part(part, writer);
  writer.end_array();
  if (!message.finish_reason.empty()) writer.key("finish_reason").string(message.finish_reason);
  writer.end_object();
}

}  // namespace

CopilotContent::CopilotContent(const SessionView& session)
    : session_(session), contexts_(session.contexts), json_of_(session.contexts.messages.size()) {
  const ContextTree& bodies = contexts_.bodies;
  newest_user_.assign(bodies.size(), ContextTree::k_empty);
  users_.assign(bodies.size(), 0);
  for (size_t i = 1; i < bodies.size(); ++i) {
    const auto node = static_cast<ContextTree::Node>(i);
    const ContextTree::Node before = bodies.parent(node);
    const bool is_user = is_of_a_user(contexts_.messages[bodies.message(node)].message);
    newest_user_[i] = is_user ? node : newest_user_[before];
    users_[i] = users_[before] + (is_user ? 1 : 0);
  }
}

const SessionContexts::Context* CopilotContent::context_of(int32_t call) const {
  if (!contexts_.is_loaded || contexts_.of_span[call] < 0) return nullptr;
  return &contexts_.contexts[contexts_.of_span[call]];
}

std::optional<CopilotContent::UserMessage> CopilotContent::user_message(int32_t call) const {
  const auto* context = context_of(call);
  const ContextTree::Node node = context == nullptr ? ContextTree::k_empty : newest_user_[context->body];
  if (node == ContextTree::k_empty) return std::nullopt;
  const ContextMessage& message = contexts_.messages[contexts_.bodies.message(node)];
  return UserMessage{.id = message.id.hex().substr(0, k_id_digits) + "-" + std::to_string(users_[node]),
                     .text = text_of(message.message, PartType::text, "\n"),
                     .node = node};
}

const std::string& CopilotContent::json_of(int32_t message) {
  std::optional<std::string>& known = json_of_[message];
  if (!known) {
    json::Writer writer;
    write_message(contexts_.messages[message].message, writer);
    known = writer.take();
  }
  return *known;
}

std::string CopilotContent::input_messages(int32_t call, size_t bytes_max, LogLine& line) {
  const auto* context = context_of(call);
  if (context == nullptr) return {};
  const ContextTree& bodies = contexts_.bodies;
  const int32_t all = bodies.depth(context->body);
  // No more messages are looked at than can have a place, however long the conversation is.
  const size_t most = std::min<size_t>(bytes_max / k_message_bytes_min + 1, static_cast<size_t>(all));
  std::string text = "[";
  int32_t told = 0;
  for (const int32_t message : bodies.messages(bodies.first(context->body, static_cast<int32_t>(most)))) {
    if (text.size() > bytes_max) break;
    text += (told++ > 0 ? "," : "") + json_of(message);
  }
  text += "]";
  if (told == all && text.size() <= bytes_max) return text;
  ++line.cut;
  size_t end = std::min(bytes_max, text.size() - 1);
  while (end > 0 && (static_cast<uint8_t>(text[end]) & 0xc0) == 0x80) --end;
  return text.substr(0, end) + "... [cut: " + std::to_string(all) + " messages in all]";
}

int32_t CopilotContent::head(int32_t call) const {
  const auto* context = context_of(call);
  return context == nullptr ? -1 : context->head;
}

std::string CopilotContent::system_prompt(int32_t call) const {
  std::string prompt;
  if (head(call) < 0) return prompt;
  for (const int32_t message : contexts_.heads[head(call)].system) {
    const std::string text = text_of(contexts_.messages[message].message, PartType::text, "\n\n");
    prompt += (prompt.empty() || text.empty() ? "" : "\n\n") + text;
  }
  return prompt;
}

std::string CopilotContent::tools(int32_t call) const {
  if (head(call) < 0 || contexts_.heads[head(call)].tools.empty()) return {};
  json::Writer writer;
  writer.begin_array();
  for (const int32_t tool : contexts_.heads[head(call)].tools) {
    for (const Part& part : contexts_.messages[tool].message.parts) write_payload(part.payload, writer);
  }
  writer.end_array();
  return writer.take();
}

std::string CopilotContent::response(int32_t call) const {
  const auto outputs = answers_of(session_, call);
  if (outputs.empty()) return {};
  json::Writer writer;
  writer.begin_array();
  for (const Message* message : outputs) write_message(*message, writer);
  writer.end_array();
  return writer.take();
}

std::string copilot_content_file(std::string_view content) {
  LogLine uncounted;
  std::string text = cut_text(content, k_copilot_content_bytes_max, uncounted);
  if (uncounted.cut > 0) text += k_copilot_cut_mark;
  json::Writer writer;
  writer.begin_object().key("content").string(text).end_object();
  return writer.take() + "\n";
}

std::string copilot_models(const SessionView& session) {
  std::map<std::string_view, std::string_view> vendors;
  for (const SpanView& span : session.spans) {
    if (span.is_llm_call && !span.span.facts.model.empty()) {
      vendors.try_emplace(span.span.facts.model, span.span.facts.provider);
    }
  }
  json::Writer writer(json::Layout::pretty);
  writer.begin_array();
  for (const auto& [model, vendor] : vendors) {
    writer.begin_object().key("id").string(model).key("name").string(model).key("vendor").string(vendor).end_object();
  }
  writer.end_array();
  return writer.take();
}

}  // namespace strobe::exporter
