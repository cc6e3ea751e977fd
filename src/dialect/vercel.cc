#include <array>
#include <utility>

#include "dialect/dialect.h"
#include "dialect/elements.h"
#include "dialect/provider.h"
#include "dialect/read.h"

// The Vercel AI SDK's own spans: versions 3.4 to 6 and the legacy integration of 7. Scope "ai". dialects.md 4.1.
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

bool recognises(const Fields& fields) {
  const RawScope* scope = fields.raw().scope;
  return (scope != nullptr && scope->name == "ai") || fields.has(Key::ai_operation_id);
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

// Version 5 has no number for tokens written to the cache; Anthropic's and Bedrock's metadata do.
constexpr size_t k_metadata_bytes_max = 4095;

std::optional<int64_t> cache_write_of_metadata(const Fields& fields) {
  const auto text = fields.text(Key::ai_response_provider_metadata);
  if (text.empty() || text.size() > k_metadata_bytes_max) return std::nullopt;
  const auto number_in = [](std::string_view object, std::string_view key) {
    return as_int64(Value::of_string(top_level_member(object, key)));
  };
  const auto anthropic = number_in(top_level_member(text, "anthropic"), "cacheCreationInputTokens");
  if (anthropic) return anthropic;
  return number_in(top_level_member(top_level_member(text, "bedrock"), "usage"), "cacheWriteInputTokens");
}

void read_usage(const Fields& fields, std::string_view operation, SpanFacts& facts) {
  UsageSource source = usage_source(fields);
  UsageAlgebra algebra{.name = "vercel_v5_native"};
  const bool is_version_6 = fields
                                .first_present({Key::ai_usage_details_no_cache, Key::ai_usage_details_cache_read,
                                                Key::ai_usage_details_cache_write, Key::ai_usage_details_text,
                                                Key::ai_usage_details_reasoning})
                                .has_value();
  if (is_version_6) {
    algebra = {.name = "vercel_v6", .input_includes_cache = true, .may_deviate = false};
  } else {
    algebra.input_includes_cache = !excludes_cache(fields);
    if (!algebra.input_includes_cache && !source.cache_write) source.cache_write = cache_write_of_metadata(fields);
  }
  set_usage(facts, source, algebra);
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
  append_text(message, PartType::text, fields.text(Key::ai_response_text));
  const Value* object = fields.value(Key::ai_response_object);
  if (object != nullptr && object->is_string()) append_text(message, PartType::text, object->as_text());
  const JsonContent files = read_json(fields.value(Key::ai_response_files), arena);
  for (const json::Node& file : files.node.items) {
    const auto mime = file.string_at("mediaType");
    const auto data = file.string_at("data");
    if (!data.empty()) append_part(message, media_part(data, mime.empty() ? file.string_at("mimeType") : mime));
  }
  const JsonContent calls = read_json(fields.value(Key::ai_response_tool_calls), arena);
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
  tool.result = payload_of(fields.value(Key::ai_toolcall_result), TextIs::declared_json, arena);
  finish_tool(span);
}

void read(const Fields& fields, NormalSpan& span, Arena& arena) {
  SpanFacts& facts = span.facts;
  const auto operation = operation_of(fields);
  facts.kind = kind_of(operation);
  read_call(fields, span);
  read_provider(fields, facts);
  read_settings(fields, span);
  read_usage(fields, operation, facts);
  if (facts.kind == Kind::tool) read_tool(fields, span, arena);
  add_content(fields, span, ContentRole::tool_definitions, ElementFormat::vercel_tool, Key::ai_prompt_tools);
  if (fields.has(Key::ai_prompt_messages)) {
    add_content(fields, span, ContentRole::input, ElementFormat::vercel_message, Key::ai_prompt_messages);
  } else {
    add_content(fields, span, ContentRole::input, ElementFormat::vercel_prompt, Key::ai_prompt);
  }
  read_output(fields, span, arena);
  facts.basis = basis_of(fields, span, false);
  note_requested_calls(span);
}

}  // namespace

const Dialect k_vercel{"vercel", recognises, read};

}  // namespace strobe::dialect
