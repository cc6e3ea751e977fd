#include <algorithm>

#include "dialect/elements.h"
#include "dialect/openllmetry.h"
#include "dialect/otel_genai.h"
#include "dialect/unflatten.h"
#include "dialect/whole_json.h"

// LiteLLM's own OpenTelemetry callback, in the SDK and in the proxy. dialects.md 5.14.
namespace strobe::dialect {

namespace {

bool recognises(const Fields& fields) {
  const RawScope* scope = fields.raw().scope;
  const auto name = fields.raw().name;
  return (scope != nullptr && scope->name == "litellm") || name == "litellm_request" || name == "raw_gen_ai_request";
}

// The name of the function that was called: acompletion, aresponses, anthropic_messages.
Kind kind_of_call(std::string_view call) {
  const auto contains = [&](std::string_view word) { return call.find(word) != std::string_view::npos; };
  if (contains("embedding")) return Kind::embedding;
  if (contains("rerank")) return Kind::retrieval;
  for (const std::string_view word : {"completion", "responses", "messages", "generate_content"}) {
    if (contains(word)) return Kind::llm;
  }
  return Kind::span;
}

Kind kind_of(const Fields& fields) {
  const Kind kind = otel_kind(fields);
  if (kind != Kind::span) return kind;
  const Kind called = kind_of_call(fields.first_text({Key::gen_ai_operation_name, Key::llm_request_type}));
  if (called != Kind::span) return called;
  return fields.raw().name == "litellm_request" ? Kind::llm : Kind::span;
}

// Cache and reasoning stand only in the metadata, as Python writes a dictionary.
void read_usage(const Fields& fields, NormalSpan& span) {
  ReportedUsage usage = usage_source(fields);
  const auto object = fields.text(Key::litellm_usage_object);
  if (!usage.cache_read) usage.cache_read = number_in_repr(object, "cached_tokens");
  if (!usage.cache_write) usage.cache_write = number_in_repr(object, "cache_creation_tokens");
  if (!usage.cache_write) usage.cache_write = number_in_repr(object, "cache_creation_input_tokens");
  if (!usage.reasoning) usage.reasoning = number_in_repr(object, "reasoning_tokens");
  set_usage(span, usage, {.name = "litellm"});
}

bool is_call(const Part& part) { return part.type == PartType::tool_call; }

bool has_only_calls(const Message& message) { return std::ranges::all_of(message.parts, is_call); }

bool has_named_call(const Message& message) {
  return std::ranges::any_of(message.parts, [](const Part& part) { return is_call(part) && !part.id.empty(); });
}

// The messages of the conventions have an answer's text only. Its calls stand beside them, without ids, each as a
// completion of its own.
void gather_calls(const Fields& fields, NormalSpan& span, Arena& arena) {
  const auto completions = fields.group(Group::gen_ai_completions);
  const auto nodes = unflatten(completions, prefix_of(Group::gen_ai_completions), arena);
  const auto is_bare_call = [](const json::Node& node) {
    return node.find("function_call") != nullptr && node.find("role") == nullptr && node.find("content") == nullptr;
  };
  if (nodes.empty() || !std::ranges::all_of(nodes, is_bare_call)) return;
  if (span.output.empty() || std::ranges::any_of(span.output, has_named_call)) return;
  if (std::ranges::all_of(span.output, has_only_calls)) {
    span.output.resize(1);
    span.output.front().parts.clear();
  }
  // Of several answers nobody knows which one called.
  if (span.output.size() != 1) return;
  for (const json::Node& node : nodes) {
    for (const Part& part : openllmetry_message(node, arena).parts) append_part(span.output.front(), part);
  }
}

void read(const Fields& fields, NormalSpan& span, Arena& arena) {
  SpanFacts& facts = span.facts;
  // The same call once more, as the provider saw it: shown, not counted.
  if (fields.raw().name == "raw_gen_ai_request") return;
  read_openllmetry(fields, span, arena);
  facts.kind = kind_of(fields);
  gather_calls(fields, span, arena);
  read_usage(fields, span);
  settle(fields, span);
}

}  // namespace

const Dialect k_litellm{"litellm", recognises, read};

}  // namespace strobe::dialect
