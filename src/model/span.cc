#include "model/span.h"

#include "base/saturated.h"

namespace strobe {

Usage& Usage::operator+=(const Usage& other) {
  input = add_saturated(input, other.input);
  cache_read = add_saturated(cache_read, other.cache_read);
  cache_write = add_saturated(cache_write, other.cache_write);
  output = add_saturated(output, other.output);
  reasoning = add_saturated(reasoning, other.reasoning);
  return *this;
}

int64_t Usage::total_input() const { return add_saturated(input, add_saturated(cache_read, cache_write)); }

int64_t Usage::total() const { return add_saturated(total_input(), add_saturated(output, reasoning)); }

const std::string& tool_name_of(const SpanFacts& facts) {
  return facts.tool_name.empty() ? facts.name : facts.tool_name;
}

std::string_view name_of(PartType type) {
  switch (type) {
    case PartType::text: return "text";
    case PartType::reasoning: return "reasoning";
    case PartType::tool_call: return "tool_call";
    case PartType::tool_result: return "tool_result";
    case PartType::media: return "media";
    case PartType::other: break;
  }
  return "other";
}

}  // namespace strobe
