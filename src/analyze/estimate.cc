#include "analyze/estimate.h"

namespace strobe::analyze {

int64_t estimated_tokens(size_t bytes) { return static_cast<int64_t>((bytes + 3) / 4); }

size_t text_bytes(const Part& part) {
  if (part.type == PartType::media) return 0;
  return part.text.size() + part.payload.text.size() + (part.type == PartType::tool_call ? part.name.size() : 0);
}

size_t text_bytes(const Message& message) {
  size_t bytes = 0;
  for (const Part& part : message.parts) bytes += text_bytes(part);
  return bytes;
}

std::optional<int64_t> reported_input(const SpanFacts& call) {
  const int64_t input = call.has_usage ? call.usage.total_input() : 0;
  return input > 0 ? std::optional(input) : std::nullopt;
}

std::vector<int64_t> estimated_tokens(const SessionContexts& contexts) {
  std::vector<int64_t> tokens;
  tokens.reserve(contexts.messages.size());
  for (const ContextMessage& message : contexts.messages)
    tokens.push_back(estimated_tokens(text_bytes(message.message)));
  return tokens;
}

}  // namespace strobe::analyze
