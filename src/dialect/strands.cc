#include <algorithm>

#include "dialect/elements.h"
#include "dialect/otel_genai.h"

// Strands Agents, both forms: role events whose texts are JSON lists of Bedrock's blocks, or (opted in) details events.
// dialects.md 5.8.
namespace strobe::dialect {

namespace {

constexpr std::string_view k_vendor = "strands-agents";

bool recognises(const Fields& fields) {
  const RawScope* scope = fields.raw().scope;
  const bool is_scope = scope != nullptr && scope->name.starts_with("strands.telemetry");
  return is_scope || fields.text(Key::gen_ai_system) == k_vendor || fields.text(Key::gen_ai_provider_name) == k_vendor;
}

Kind kind_of(const Fields& fields) { return fields.has(Key::strands_cycle_id) ? Kind::step : otel_kind(fields); }

// Bedrock's models begin with a region or a vendor, as in "us.anthropic.claude-sonnet-4" and "amazon.nova-pro".
bool is_bedrocks(std::string_view model) {
  if (model.starts_with("arn:aws:bedrock:")) return true;
  const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
  const size_t dot = model.find('.');
  return dot != std::string_view::npos && dot > 0 && std::ranges::all_of(model.substr(0, dot), is_letter);
}

// Strands copies what the provider reports: Bedrock, which it takes unless told otherwise, and Anthropic count the
// cache apart, others do not. Only the model's name tells which.
bool counts_cache_apart(std::string_view model) {
  return model.empty() || is_bedrocks(model) || model.starts_with("claude");
}

// What an agent reports has grown since the agent object was made, over all its calls: it is kept as it was written,
// but is nobody's usage, for two of them may not be added.
void read_usage(const Fields& fields, NormalSpan& span) {
  if (!is_leaf(span.facts.kind)) {
    span.reported = usage_source(fields);
    return;
  }
  const bool is_inclusive = !counts_cache_apart(span.facts.model);
  read_otel_usage(fields, {.name = "strands", .input_includes_cache = is_inclusive}, span);
}

// What a tool was given or gave back, taken out of its JSON.
std::optional<Payload> bare_payload(const Value* value, Arena& arena) {
  const JsonContent content = read_json(value, arena);
  if (content.state == JsonContent::State::absent) return std::nullopt;
  if (content.state != JsonContent::State::whole) return Payload{content.text, false};
  return payload_of(bare_result(content.node), arena);
}

std::optional<Payload> told_payload(const Fields& fields, std::string_view event, std::string_view key, Arena& arena) {
  const auto told = std::ranges::find(fields.told(), event, &Told::name);
  return told != fields.told().end() ? bare_payload(find_attribute(told->attributes, key), arena) : std::nullopt;
}

// What the only part of a details event's message holds.
std::optional<Payload> part_payload(const Value* messages, std::string_view key, Arena& arena) {
  const JsonContent content = read_json(messages, arena);
  if (content.node.items.empty()) return std::nullopt;
  const json::Node* parts = content.node.items.front().find("parts");
  const json::Node* found = parts != nullptr && !parts->items.empty() ? parts->items.front().find(key) : nullptr;
  return found != nullptr ? std::optional(payload_of(bare_result(*found), arena)) : std::nullopt;
}

void read_tool(const Fields& fields, NormalSpan& span, Arena& arena) {
  read_otel_tool(fields, span, arena);
  ToolCall& tool = *span.tool;
  if (!tool.arguments) tool.arguments = told_payload(fields, "gen_ai.tool.message", "content", arena);
  if (!tool.arguments) tool.arguments = part_payload(fields.value(Key::gen_ai_input_messages), "arguments", arena);
  tool.result = bare_payload(fields.value(Key::gen_ai_tool_call_result), arena);
  if (!tool.result) tool.result = told_payload(fields, "gen_ai.choice", "message", arena);
  if (!tool.result) tool.result = part_payload(fields.value(Key::gen_ai_output_messages), "response", arena);
  // The span's own status is ok even then.
  SpanFacts& facts = span.facts;
  if (fields.text(Key::gen_ai_tool_status) != "error") return;
  facts.status = SpanStatus::error;
  if (facts.error_type.empty()) facts.error_type = "tool_error";
}

void read(const Fields& fields, NormalSpan& span, Arena& arena) {
  span.facts.kind = kind_of(fields);
  read_otel_call(fields, span);
  if (span.facts.provider.empty() && is_bedrocks(span.facts.model)) span.facts.provider = "bedrock";
  read_usage(fields, span);
  if (span.facts.kind == Kind::tool) return read_tool(fields, span, arena);
  // A cycle repeats the messages of the call it is around.
  if (span.facts.kind == Kind::step) return;
  read_otel_content(fields, ElementFormat::strands_event, span, arena);
}

}  // namespace

const Dialect k_strands{"strands", recognises, read};

}  // namespace strobe::dialect
