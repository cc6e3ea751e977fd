#include "dialect/elements.h"
#include "dialect/payload.h"

// The blocks of Amazon Bedrock's Converse, which Strands Agents keeps its messages in.
namespace strobe::dialect {

namespace {

Part call_part(const json::Node& call, Arena& arena) {
  Part part = tool_call_part(call, arena);
  part.id = call.string_at("toolUseId");
  return part;
}

Part result_part(const json::Node& result, Arena& arena) {
  Part part;
  part.type = PartType::tool_result;
  part.id = result.string_at("toolUseId");
  part.is_error = result.string_at("status") == "error";
  if (const json::Node* content = result.find("content")) part.payload = payload_of(bare_result(*content), arena);
  return part;
}

// {"format":"png","source":{"bytes":"base64"}} or {"source":{"s3Location":{"uri"}}}
Part file_part(const json::Node& file) {
  Part part;
  part.type = PartType::media;
  part.mime = file.string_at("format");
  const json::Node* source = file.find("source");
  if (source == nullptr) return part;
  part.data = source->string_at("bytes");
  if (const json::Node* location = source->find("s3Location")) part.uri = location->string_at("uri");
  return part;
}

std::string_view reasoning_of(const json::Node& content) {
  const json::Node* text = content.find("reasoningText");
  return text != nullptr ? text->string_at("text") : std::string_view();
}

}  // namespace

bool append_bedrock_block(Message& message, const json::Node& block, Arena& arena) {
  if (const json::Node* call = block.find("toolUse")) {
    append_part(message, call_part(*call, arena));
  } else if (const json::Node* result = block.find("toolResult")) {
    append_part(message, result_part(*result, arena));
  } else if (const json::Node* reasoning = block.find("reasoningContent");
             reasoning && !reasoning_of(*reasoning).empty()) {
    append_text(message, PartType::reasoning, reasoning_of(*reasoning));
  } else if (const json::Node* point = block.find("cachePoint"); point != nullptr && block.members.size() == 1) {
    // Clients move it every turn: it is no part of what the message says.
  } else {
    for (const auto key : {"image", "document", "video"}) {
      const json::Node* file = block.find(key);
      const Part part = file != nullptr ? file_part(*file) : Part();
      if (part.data.empty() && part.uri.empty()) continue;
      append_part(message, part);
      return true;
    }
    return false;
  }
  return true;
}

const json::Node& bare_result(const json::Node& result) {
  if (result.items.size() != 1 || result.items.front().members.size() != 1) return result;
  const json::Member& only = result.items.front().members.front();
  const bool is_text = only.key == "text" && only.value.is_string();
  return is_text || only.key == "json" ? only.value : result;
}

}  // namespace strobe::dialect
