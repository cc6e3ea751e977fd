#include <array>
#include <utility>

#include "dialect/dialect.h"
#include "dialect/elements.h"
#include "dialect/otel_genai.h"
#include "dialect/provider.h"
#include "dialect/read.h"

// The Vercel AI SDK. Versions 3.4 to 6 and the legacy integration of 7: scope "ai", attributes ai.*, which Traceloop's
// JavaScript SDK rewrites to its own and the conventions' names where they stand. Version 7: scope "gen_ai", the
// conventions. dialects.md 4.
namespace strobe::dialect {

namespace {

constexpr std::array<std::pair<std::string_view, Kind>, 8> k_operations = {{
    {"ai.toolCall", Kind::tool},
    {"ai.generateText", Kind::agent},
    {"ai.streamText", Kind::agent},
    {"ai.generateObject", Kind::agent},
    {"ai.streamObject", Kind::agent},
    {"ai.embed", Kind::embedding},
    {"ai.embedMany", Kind::embedding},
    {"ai.rerank", Kind::retrieval},
}};

bool is_version_7(const Fields& fields) {
  const RawScope* scope = fields.raw().scope;
  return scope != nullptr && scope->name == "gen_ai" && fields.has(Key::gen_ai_operation_name);
}

bool recognises(const Fields& fields) {
  const RawScope* scope = fields.raw().scope;
  return (scope != nullptr && scope->name == "ai") || fields.has(Key::ai_operation_id) || is_version_7(fields);
}

std::string_view operation_of(const Fields& fields) {
  const auto operation = fields.text(Key::ai_operation_id);
  return operation.empty() ? fields.raw().name : operation;
}

// One call of the provider, as opposed to the outer span around several of them.
bool is_provider_call(std::string_view operation) { return operation.find(".do") != std::string_view::npos; }

Kind kind_of(std::string_view operation) {
  if (operation.ends_with(".doGenerate") || operation.ends_with(".doStream")) return Kind::llm;
  if (operation.ends_with(".doEmbed")) return Kind::embedding;
  if (operation.ends_with(".doRerank")) return Kind::retrieval;
  for (const auto& [name, kind] : k_operations) {
    if (name == operation) return kind;
  }
  return Kind::span;
}

// Before version 6 the numbers are the provider's: Anthropic's leave the cache out. Gateways write themselves as the
// provider and the real one before the model's name.
bool excludes_cache(const Fields& fields) {
  for (const Key key : {Key::ai_model_provider, Key::gen_ai_system, Key::ai_model_id}) {
    const auto text = fields.text(key);
    if (key == Key::ai_model_id && !text.starts_with("anthropic/") && !text.starts_with("bedrock/")) continue;
    for (const std::string_view name : {"anthropic", "bedrock"}) {
      if (text.find(name) != std::string_view::npos) return true;
    }
  }
  return false;
}

// What versions 4 and 5 have no attribute for stands in the provider's metadata, small JSON of one call.
constexpr size_t k_metadata_bytes_max = 4095;

std::optional<int64_t> number_in_metadata(std::string_view text, std::string_view provider, std::string_view key) {
  return as_int64(Value::of_string(top_level_member(top_level_member(text, provider), key)));
}

void add_metadata(const Fields& fields, ReportedUsage& source) {
  const auto text = fields.text(Key::ai_response_provider_metadata);
  if (text.empty() || text.size() > k_metadata_bytes_max) return;
  const auto bedrock = top_level_member(top_level_member(text, "bedrock"), "usage");
  const auto of_bedrock = [&](std::string_view key) {
    return as_int64(Value::of_string(top_level_member(bedrock, key)));
  };
  if (!source.cache_write) source.cache_write = number_in_metadata(text, "anthropic", "cacheCreationInputTokens");
  if (!source.cache_write) source.cache_write = of_bedrock("cacheWriteInputTokens");
  if (!source.cache_read) source.cache_read = number_in_metadata(text, "anthropic", "cacheReadInputTokens");
  if (!source.cache_read) source.cache_read = of_bedrock("cacheReadInputTokens");
  for (const std::string_view openai : {"openai", "azure"}) {
    if (!source.cache_read) source.cache_read = number_in_metadata(text, openai, "cachedPromptTokens");
    if (!source.reasoning) source.reasoning = number_in_metadata(text, openai, "reasoningTokens");
  }
}

void read_usage(const Fields& fields, std::string_view operation, NormalSpan& span) {
  SpanFacts& facts = span.facts;
  ReportedUsage source = usage_source(fields);
  const bool is_version_4 = fields.has(Key::ai_usage_prompt) && !fields.has(Key::ai_usage_input);
  UsageAlgebra algebra{.name = is_version_4 ? "vercel_v4_native" : "vercel_v5_native"};
  const bool is_version_6 = fields
                                .first_present({Key::ai_usage_details_no_cache, Key::ai_usage_details_cache_read,
                                                Key::ai_usage_details_cache_write, Key::ai_usage_details_text,
                                                Key::ai_usage_details_reasoning})
                                .has_value();
  if (is_version_6) {
    algebra = {.name = "vercel_v6", .input_includes_cache = true, .may_deviate = false};
  } else {
    algebra.input_includes_cache = !excludes_cache(fields);
    // The outer span has the sums of its calls and the metadata of the last.
    if (is_provider_call(operation)) add_metadata(fields, source);
  }
  set_usage(span, source, algebra);
  facts.is_rollup = facts.has_usage && !(is_provider_call(operation) && is_leaf(facts.kind));
}

void append_calls(const JsonContent& calls, Message& message, Arena& arena) {
  for (const json::Node& call : calls.node.items) {
    if (call.is_object()) append_part(message, tool_call_part(call, arena));
  }
}

// One assistant message out of the attributes that each hold one kind of content.
void read_output(const Fields& fields, NormalSpan& span, Arena& arena) {
  Message message;
  message.role = "assistant";
  append_text(message, PartType::reasoning, fields.text(Key::ai_response_reasoning));
  append_text(message, PartType::text, fields.first_text({Key::ai_response_text, Key::ai_result_text}));
  const Value* object =
      fields.value(fields.has(Key::ai_response_object) ? Key::ai_response_object : Key::ai_result_object);
  if (object != nullptr && object->is_string()) append_text(message, PartType::text, object->as_text());
  const JsonContent files = read_json(fields.value(Key::ai_response_files), arena);
  for (const json::Node& file : files.node.items) {
    const auto mime = file.string_at("mediaType");
    const auto data = file.string_at("data");
    if (!data.empty()) append_part(message, media_part(data, mime.empty() ? file.string_at("mimeType") : mime));
  }
  const Key calls_key =
      fields.has(Key::ai_response_tool_calls) ? Key::ai_response_tool_calls : Key::ai_result_tool_calls;
  const JsonContent calls = read_json(fields.value(calls_key), arena);
  append_calls(calls, message, arena);
  for (const JsonContent* content : {&files, &calls}) {
    if (content->state == JsonContent::State::truncated) message.state = ContentState::truncated;
    if (content->state != JsonContent::State::unreadable) continue;
    Part part;
    part.type = PartType::other;
    part.name = content == &files ? "files" : "toolCalls";
    part.payload = {content->text, false};
    append_part(message, part);
  }
  if (message.parts.empty()) return;
  if (!span.finish_reasons.empty()) message.finish_reason = arena.copy(span.finish_reasons.front());
  span.output.push_back(std::move(message));
}

void read_settings(const Fields& fields, NormalSpan& span) {
  static constexpr std::array<std::pair<Key, std::string_view>, 9> k_settings = {{
      {Key::ai_settings_max_output_tokens, "max_tokens"},
      {Key::ai_settings_max_tokens, "max_tokens"},
      {Key::ai_settings_temperature, "temperature"},
      {Key::ai_settings_top_p, "top_p"},
      {Key::ai_settings_top_k, "top_k"},
      {Key::ai_settings_frequency_penalty, "frequency_penalty"},
      {Key::ai_settings_presence_penalty, "presence_penalty"},
      {Key::ai_settings_seed, "seed"},
      {Key::ai_settings_stop_sequences, "stop_sequences"},
  }};
  for (const auto& [key, name] : k_settings) {
    if (fields.has(key)) add_request_parameter(span, name, *fields.value(key));
  }
}

void read_provider(const Fields& fields, SpanFacts& facts) {
  facts.provider = folded_vercel_provider(fields.text(Key::ai_model_provider));
  if (facts.provider.empty()) facts.provider = folded_vercel_provider(fields.text(Key::gen_ai_system));
}

void read_tool(const Fields& fields, NormalSpan& span, Arena& arena) {
  ToolCall& tool = begin_tool(fields, span, {});
  tool.arguments = payload_of(fields.value(Key::ai_toolcall_args), TextIs::declared_json, arena);
  if (!tool.arguments) {
    tool.arguments = payload_of(fields.value(Key::traceloop_entity_input), TextIs::declared_json, arena);
  }
  tool.result = payload_of(fields.value(Key::ai_toolcall_result), TextIs::declared_json, arena);
  if (!tool.result) tool.result = payload_of(fields.value(Key::traceloop_entity_output), TextIs::declared_json, arena);
  finish_tool(span);
}

// The SDK's own names first, then those that Traceloop puts in their place.
void read_input(const Fields& fields, NormalSpan& span, Arena& arena) {
  constexpr auto k_tools = ContentRole::tool_definitions;
  if (fields.has(Key::ai_prompt_tools)) {
    add_content(fields, span, k_tools, ElementFormat::vercel_tool, Key::ai_prompt_tools);
  } else {
    add_content(fields, span, k_tools, ElementFormat::otel_tool, Group::functions);
  }
  constexpr auto k_input = ContentRole::input;
  if (fields.has(Key::ai_prompt_messages)) {
    add_content(fields, span, k_input, ElementFormat::vercel_message, Key::ai_prompt_messages, &arena);
  } else if (fields.has(Key::ai_prompt)) {
    add_content(fields, span, k_input, ElementFormat::vercel_prompt, Key::ai_prompt);
  } else if (fields.has(Key::gen_ai_input_messages)) {
    add_content(fields, span, k_input, ElementFormat::otel_message, Key::gen_ai_input_messages, &arena);
  } else {
    add_content(fields, span, k_input, ElementFormat::openllmetry_message, Group::gen_ai_prompts);
  }
}

void read_conventions(const Fields& fields, NormalSpan& span, Arena& arena) {
  read_otel_genai(fields, span, arena);
  // Results are JSON here, texts in quotes.
  if (span.tool) {
    span.tool->result = payload_of(fields.value(Key::gen_ai_tool_call_result), TextIs::declared_json, arena);
    finish_tool(span);
  }
  if (!span.facts.has_usage) return;
  set_usage(span, usage_source(fields), {.name = "vercel_v7", .input_includes_cache = true, .may_deviate = false});
}

void read(const Fields& fields, NormalSpan& span, Arena& arena) {
  if (is_version_7(fields)) return read_conventions(fields, span, arena);
  SpanFacts& facts = span.facts;
  const auto operation = operation_of(fields);
  facts.kind = kind_of(operation);
  read_call(fields, span);
  read_provider(fields, facts);
  read_settings(fields, span);
  read_usage(fields, operation, span);
  if (facts.kind == Kind::tool) read_tool(fields, span, arena);
  read_input(fields, span, arena);
  read_output(fields, span, arena);
  if (span.output.empty()) {
    read_output_list(fields.value(Key::gen_ai_output_messages), ElementFormat::otel_message, span, arena);
  }
  settle_content(fields, span, false);
}

}  // namespace

const Dialect k_vercel{"vercel", recognises, read};

}  // namespace strobe::dialect
