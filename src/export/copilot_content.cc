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

// One that is too long by itself: its role, and the beginning of what it says.
std::string shortened(const Message& message, size_t bytes_max) {
  std::string said;
  for (const Part& part : message.parts) {
    said += part.text.empty() ? part.payload.text : part.text;
    if (said.size() > bytes_max) break;
  }
  LogLine uncounted;
  std::string text = cut_text(said, bytes_max, uncounted);
  if (uncounted.cut > 0) text += k_copilot_cut_mark;
  json::Writer writer;
  writer.begin_object().key("role").string(message.role).key("parts").begin_array();
  writer.begin_object().key("type").string("text").key("content").string(text).end_object();
  writer.end_array().end_object();
  return writer.take();
}

}  // namespace

CopilotContent::CopilotContent(const SessionView& session)
    : session_(session), contexts_(session.contexts), json_of_(session.contexts.messages.size()) {}

const SessionContexts::Context* CopilotContent::context_of(int32_t call) const {
  if (!contexts_.is_loaded || contexts_.of_span[call] < 0) return nullptr;
  return &contexts_.contexts[contexts_.of_span[call]];
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
    const std::string& json = json_of(message);
    if (text.size() + json.size() + 1 > bytes_max) break;
    text += (told++ > 0 ? "," : "") + json;
  }
  if (told < all) {
    ++line.cut;
    if (told == 0)
      text += shortened(contexts_.messages[bodies.message(bodies.first(context->body, 1))].message, bytes_max);
  }
  return text + "]";
}

int32_t CopilotContent::messages_in_all(int32_t call) const {
  const auto* context = context_of(call);
  return context == nullptr ? 0 : contexts_.bodies.depth(context->body);
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
