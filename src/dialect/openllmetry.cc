#include "dialect/openllmetry.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "dialect/elements.h"
#include "dialect/otel_genai.h"
#include "dialect/unflatten.h"
#include "dialect/whole_json.h"

// OpenLLMetry (Traceloop), Python and JavaScript, with flattened messages (before 2026-03) and with those of the
// conventions; and AgentOps, which took over its names. dialects.md 3 and 5.15.
namespace strobe::dialect {

namespace {

// Its packages for models and frameworks. Instrumentations of the OpenTelemetry project itself have scopes of the same
// beginning, some (vertexai) of the same name; only those say which version of the conventions they follow.
constexpr std::array<std::string_view, 22> k_packages = {
    "openai.v1", "openai.v0", "anthropic",  "langchain",           "bedrock",   "cohere",   "groq",
    "mistralai", "ollama",    "vertexai",   "google_generativeai", "replicate", "together", "sagemaker",
    "watsonx",   "writer",    "llamaindex", "openai_agents",       "crewai",    "agno",     "haystack",
    "alephalpha"};

bool is_scope_of_openllmetry(const Fields& fields) {
  const RawScope* scope = fields.raw().scope;
  if (scope == nullptr || !scope->schema_url.empty()) return false;
  const auto name = behind(scope->name, "opentelemetry.instrumentation.");
  if (std::ranges::find(k_packages, name) == k_packages.end()) return false;
  return fields.first_present({Key::gen_ai_system, Key::gen_ai_provider_name, Key::gen_ai_operation_name}).has_value();
}

bool recognises(const Fields& fields) {
  if (fields.has_group(Group::gen_ai_prompts) || fields.has_group(Group::gen_ai_completions)) return true;
  for (const Key key : {Key::traceloop_span_kind, Key::traceloop_entity_name, Key::traceloop_workflow_name,
                        Key::llm_request_type, Key::agentops_span_kind}) {
    if (fields.has(key)) return true;
  }
  return is_scope_of_openllmetry(fields);
}

struct KindWord {
  std::string_view word;
  Kind kind;
};

constexpr std::array<KindWord, 7> k_request_types = {{
    {"chat", Kind::llm},
    {"completion", Kind::llm},
    {"embedding", Kind::embedding},
    {"embeddings", Kind::embedding},
    {"rerank", Kind::retrieval},
    {"response", Kind::llm},
    {"unknown", Kind::span},
}};

constexpr std::array<KindWord, 11> k_entity_kinds = {{
    {"workflow", Kind::workflow},
    {"task", Kind::workflow},
    {"agent", Kind::agent},
    {"tool", Kind::tool},
    {"guardrail", Kind::guardrail},
    // AgentOps
    {"session", Kind::workflow},
    {"operation", Kind::workflow},
    {"chain", Kind::workflow},
    {"llm", Kind::llm},
    {"embedding", Kind::embedding},
    {"retriever", Kind::retrieval},
}};

template <size_t n>
std::optional<Kind> kind_of_word(const std::array<KindWord, n>& words, std::string_view word) {
  const auto found = std::ranges::find(words, word, &KindWord::word);
  return found == words.end() ? std::nullopt : std::optional(found->kind);
}

Kind kind_of(const Fields& fields) {
  const auto operation = fields.text(Key::gen_ai_operation_name);
  if (operation == "guard") return Kind::guardrail;
  const Kind kind = otel_kind(fields);
  // LangGraph's run stands below its agent's span and calls itself invoke_agent once more.
  if (kind == Kind::agent && fields.text(Key::traceloop_span_kind) == "workflow") return Kind::workflow;
  if (!operation.empty() && kind != Kind::span) return kind;
  if (const auto type = kind_of_word(k_request_types, fields.text(Key::llm_request_type))) return *type;
  const auto entity = fields.first_text({Key::traceloop_span_kind, Key::agentops_span_kind});
  return kind_of_word(k_entity_kinds, entity).value_or(kind);
}

bool has_role(const NormalSpan& span, ContentRole role) {
  return std::ranges::find(span.content, role, &ContentSource::role) != span.content.end();
}

void read_parameters(const Fields& fields, NormalSpan& span) {
  constexpr std::array<std::pair<Key, std::string_view>, 4> k_parameters = {{
      {Key::llm_top_k, "top_k"},
      {Key::llm_frequency_penalty, "frequency_penalty"},
      {Key::llm_presence_penalty, "presence_penalty"},
      {Key::llm_stop_sequences, "stop_sequences"},
  }};
  for (const auto& [key, name] : k_parameters) {
    if (fields.has(key)) add_request_parameter(span, name, *fields.value(key));
  }
  for (const Key key : {Key::gen_ai_is_streaming, Key::llm_is_streaming}) {
    const auto is_streaming = fields.has(key) ? as_bool(*fields.value(key)) : std::nullopt;
    if (is_streaming) add_request_parameter(span, "stream", Value::of_bool(*is_streaming));
  }
}

// Decorated functions and LangChain's runs tell what they took and gave under traceloop.entity.
void read_tool(const Fields& fields, NormalSpan& span, Arena& arena) {
  read_otel_tool(fields, span, arena);
  ToolCall& tool = *span.tool;
  if (tool.name.empty()) tool.name = fields.first_text({Key::traceloop_entity_name, Key::agentops_entity_name});
  if (tool.name.empty()) tool.name = fields.raw().name;
  const auto first = [&](std::initializer_list<Key> keys) {
    const auto key = fields.first_present(keys);
    return key ? fields.value(*key) : nullptr;
  };
  // LangChain's envelope is around the values of the conventions' keys, too.
  const Value* given =
      first({Key::gen_ai_tool_call_arguments, Key::traceloop_entity_input, Key::agentops_entity_input});
  const Value* gave = first({Key::gen_ai_tool_call_result, Key::traceloop_entity_output, Key::agentops_entity_output});
  if (auto arguments = whole_arguments(given, tool.call_id, arena)) tool.arguments = arguments;
  if (auto result = whole_result(gave, tool.call_id, arena)) tool.result = result;
  finish_tool(span);
}

void read_completions(const Fields& fields, NormalSpan& span, Arena& arena) {
  const auto completions = fields.group(Group::gen_ai_completions);
  for (const json::Node& node : unflatten(completions, prefix_of(Group::gen_ai_completions), arena)) {
    Message message = openllmetry_message(node, arena);
    if (message.role.empty()) message.role = "assistant";
    if (!message.parts.empty()) span.output.push_back(std::move(message));
  }
}

void read_agent_name(const Fields& fields, SpanFacts& facts) {
  if (facts.kind != Kind::agent || !facts.agent.empty()) return;
  facts.agent = fields.first_text({Key::traceloop_entity_name, Key::agentops_entity_name});
}

}  // namespace

void read_flattened(const Fields& fields, NormalSpan& span, Arena& arena) {
  constexpr auto k_tools = ContentRole::tool_definitions;
  if (!has_role(span, k_tools) && !add_content(fields, span, k_tools, ElementFormat::otel_tool, Group::functions)) {
    add_content(fields, span, k_tools, ElementFormat::otel_tool, Group::definitions);
  }
  if (!has_role(span, ContentRole::input)) {
    add_content(fields, span, ContentRole::input, ElementFormat::openllmetry_message, Group::gen_ai_prompts);
  }
  if (span.output.empty()) read_completions(fields, span, arena);
}

void read_openllmetry(const Fields& fields, NormalSpan& span, Arena& arena) {
  SpanFacts& facts = span.facts;
  facts.kind = kind_of(fields);
  read_otel_call(fields, span);
  read_agent_name(fields, facts);
  read_parameters(fields, span);
  // All its instrumentations add the cache to the input themselves.
  read_otel_usage(fields, {.name = "openllmetry"}, span);
  if (facts.kind == Kind::tool) read_tool(fields, span, arena);
  read_otel_content(fields, ElementFormat::otel_event, span, arena);
  for (ContentSource& source : span.content) {
    if (source.format == ElementFormat::otel_message) source.format = ElementFormat::openllmetry_chat;
  }
  for (Message& message : span.output) read_blocks(message, arena);
  read_flattened(fields, span, arena);
  settle(fields, span);
}

const Dialect k_openllmetry{"openllmetry", recognises, read_openllmetry};

}  // namespace strobe::dialect
