#include "dialect/otel_genai.h"

#include <algorithm>
#include <array>
#include <utility>

#include "dialect/dialect.h"
#include "dialect/otel_events.h"

// The OpenTelemetry GenAI semantic conventions of all ages: messages as attributes (1.37 and later), as events and log
// records (before). dialects.md 1.
namespace strobe::dialect {

namespace {

// dialects.md 0.3. fetch_response polls for an answer: a plain span, so that nothing is counted twice.
constexpr std::array<std::pair<std::string_view, Kind>, 36> k_operations = {{
    {"chat", Kind::llm},
    {"generate_content", Kind::llm},
    {"text_completion", Kind::llm},
    {"chat.completions", Kind::llm},
    {"text.completions", Kind::llm},
    {"completion", Kind::llm},
    {"generate", Kind::llm},
    {"llm_call", Kind::llm},
    {"llm_request", Kind::llm},
    {"realtime_inference", Kind::llm},
    {"embeddings", Kind::embedding},
    {"rerank", Kind::retrieval},
    {"retrieval", Kind::retrieval},
    {"vector_db_retrieve", Kind::retrieval},
    {"create_agent", Kind::agent},
    {"invoke_agent", Kind::agent},
    {"agent_call", Kind::agent},
    {"invoke_swarm", Kind::agent},
    {"invoke_graph", Kind::agent},
    {"invoke_workflow", Kind::workflow},
    {"execute_task", Kind::workflow},
    {"chain", Kind::workflow},
    {"agent_step", Kind::step},
    {"plan", Kind::step},
    {"step", Kind::step},
    {"execute_tool", Kind::tool},
    {"tool_call", Kind::tool},
    {"execute_hook", Kind::hook},
    {"guardrail.run", Kind::guardrail},
    {"create_memory", Kind::memory},
    {"create_memory_store", Kind::memory},
    {"search_memory", Kind::memory},
    {"update_memory", Kind::memory},
    {"upsert_memory", Kind::memory},
    {"delete_memory", Kind::memory},
    {"delete_memory_store", Kind::memory},
}};

bool recognises(const Fields& fields) {
  for (const Key key : {Key::gen_ai_operation_name, Key::gen_ai_provider_name, Key::gen_ai_system, Key::mcp_method_name,
                        Key::gen_ai_request_model, Key::gen_ai_tool_name, Key::gen_ai_agent_name,
                        Key::gen_ai_input_messages, Key::gen_ai_output_messages}) {
    if (fields.has(key)) return true;
  }
  return false;
}

// Whether an answer was told as an event.
bool tells_answer(const Fields& fields) {
  return std::ranges::any_of(fields.told(), [](const Told& told) {
    return told.name == "gen_ai.choice" || told.name == "gen_ai.content.completion";
  });
}

void read_agent_name(const Fields& fields, SpanFacts& facts) {
  if (!facts.agent.empty() || facts.kind != Kind::agent) return;
  facts.agent = behind(fields.raw().name, "invoke_agent ");
  if (facts.agent.empty()) facts.agent = behind(fields.raw().name, "create_agent ");
}

// Names from before 1.37 that are not under gen_ai.request.
void read_deprecated_parameters(const Fields& fields, NormalSpan& span) {
  constexpr std::array<std::pair<Key, std::string_view>, 4> k_parameters = {{
      {Key::openai_request_seed, "seed"},
      {Key::openai_request_response_format, "response_format"},
      {Key::openai_request_service_tier, "service_tier"},
      {Key::openai_request_service_tier_old, "service_tier"},
  }};
  for (const auto& [key, name] : k_parameters) {
    if (fields.has(key)) add_request_parameter(span, name, *fields.value(key));
  }
}

// Events that were dropped were messages, most likely the first.
bool lost_told_input(const Fields& fields, const NormalSpan& span, ElementFormat told_format) {
  const auto is_told = [&](const ContentSource& source) { return source.format == told_format; };
  return fields.raw().dropped_events_count > 0 && std::ranges::any_of(span.content, is_told);
}

}  // namespace

Kind otel_kind(const Fields& fields) {
  const auto operation = fields.text(Key::gen_ai_operation_name);
  for (const auto& [name, kind] : k_operations) {
    if (name == operation) return kind;
  }
  if (!operation.empty()) return Kind::span;
  if (fields.has(Key::mcp_method_name)) {
    return fields.text(Key::mcp_method_name) == "tools/call" ? Kind::tool : Kind::span;
  }
  if (fields.has(Key::gen_ai_tool_name)) return Kind::tool;
  const bool has_model = fields.first_present({Key::gen_ai_request_model, Key::gen_ai_response_model}).has_value();
  const bool has_usage = fields
                             .first_present({Key::gen_ai_usage_input, Key::gen_ai_usage_prompt,
                                             Key::gen_ai_usage_output, Key::gen_ai_usage_completion})
                             .has_value();
  return has_model && (has_usage || tells_answer(fields)) ? Kind::llm : Kind::span;
}

UsageAlgebra otel_algebra(const Fields& fields, const SpanFacts& facts) {
  UsageAlgebra algebra{.name = "otel_genai"};
  // Before 1.37, when the provider stood in gen_ai.system, numbers were the provider's own; llm.usage.total_tokens
  // marks an instrumentation that had already added them up.
  const bool is_old = !fields.has(Key::gen_ai_provider_name) && fields.has(Key::gen_ai_system);
  if (is_old && !fields.has(Key::llm_usage_total)) {
    algebra.name = "otel_genai_native";
    algebra.input_includes_cache = facts.provider != "anthropic" && facts.provider != "bedrock";
  }
  return algebra;
}

void read_otel_call(const Fields& fields, NormalSpan& span) {
  SpanFacts& facts = span.facts;
  read_call(fields, span);
  read_agent_name(fields, facts);
  read_deprecated_parameters(fields, span);
  // What Python makes of a class when it is printed.
  const auto quoted = behind(facts.error_type, "<class '");
  if (quoted.ends_with("'>")) facts.error_type = std::string(quoted.substr(0, quoted.size() - 2));
  // error.type is there only when the operation failed; not everybody sets the status, too.
  if (facts.status == SpanStatus::unset && !facts.error_type.empty()) facts.status = SpanStatus::error;
}

void read_otel_usage(const Fields& fields, const UsageAlgebra& algebra, NormalSpan& span) {
  if (fields.text(Key::gen_ai_operation_name) == "fetch_response") return;
  set_usage(span, usage_source(fields), algebra);
  span.facts.is_rollup = span.facts.has_usage && !is_leaf(span.facts.kind);
}

const Value* first_value(const Fields& fields, std::initializer_list<Key> keys) {
  if (const auto present = fields.first_present(keys)) return fields.value(*present);
  const auto* blank = std::ranges::find_if(keys, [&](Key key) { return fields.value(key) != nullptr; });
  return blank != keys.end() ? fields.value(*blank) : nullptr;
}

void read_otel_tool(const Fields& fields, NormalSpan& span, Arena& arena) {
  auto fallback_name = behind(fields.raw().name, "execute_tool ");
  if (fallback_name.empty()) fallback_name = behind(fields.raw().name, "tools/call ");
  ToolCall& tool = begin_tool(fields, span, fallback_name);
  const Value* arguments = first_value(fields, {Key::gen_ai_tool_call_arguments, Key::mcp_request_argument});
  tool.arguments = payload_of(arguments, TextIs::declared_json, arena);
  const Value* result = first_value(fields, {Key::gen_ai_tool_call_result, Key::mcp_response_value});
  tool.result = payload_of(result, TextIs::plain, arena);
  finish_tool(span);
}

void read_otel_content(const Fields& fields, ElementFormat told_format, NormalSpan& span, Arena& arena) {
  add_content(fields, span, ContentRole::tool_definitions, ElementFormat::otel_tool, Key::gen_ai_tool_definitions);
  add_content(fields, span, ContentRole::system, ElementFormat::otel_system, Key::gen_ai_system_instructions);
  add_content(fields, span, ContentRole::input, ElementFormat::otel_message, Key::gen_ai_input_messages);
  read_output_list(fields.value(Key::gen_ai_output_messages), ElementFormat::otel_message, span, arena);
  read_told_messages(fields, told_format, span, arena);
  take_finish_reasons(span);
  span.facts.basis = basis_of(fields, span, fields.has(Key::gen_ai_request_previous_response_id));
  if (span.facts.basis == ContextBasis::complete && lost_told_input(fields, span, told_format)) {
    span.facts.basis = ContextBasis::dropped;
  }
  note_requested_calls(span);
}

void read_otel_genai(const Fields& fields, NormalSpan& span, Arena& arena) {
  span.facts.kind = otel_kind(fields);
  read_otel_call(fields, span);
  read_otel_usage(fields, otel_algebra(fields, span.facts), span);
  if (span.facts.kind == Kind::tool) read_otel_tool(fields, span, arena);
  read_otel_content(fields, ElementFormat::otel_event, span, arena);
}

const Dialect k_otel_genai{"otel_genai", recognises, read_otel_genai};

}  // namespace strobe::dialect
