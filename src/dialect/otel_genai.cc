#include <array>
#include <utility>

#include "dialect/dialect.h"
#include "dialect/provider.h"
#include "dialect/read.h"

// The OpenTelemetry GenAI semantic conventions with messages as attributes (1.37 and later), and the default
// integration of the Vercel AI SDK 7, which speaks the same (scope "gen_ai", operation "agent_step"). dialects.md 1
// and 4.2.
namespace strobe::dialect {

namespace {

// dialects.md 0.3. fetch_response polls for an answer: a plain span, so that nothing is counted twice.
constexpr std::array<std::pair<std::string_view, Kind>, 34> k_operations = {{
    {"chat", Kind::llm},
    {"generate_content", Kind::llm},
    {"text_completion", Kind::llm},
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

Kind kind_of(const Fields& fields) {
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
  return has_model && has_usage ? Kind::llm : Kind::span;
}

void read_usage(const Fields& fields, SpanFacts& facts) {
  if (fields.text(Key::gen_ai_operation_name) == "fetch_response") return;
  UsageAlgebra algebra{.name = "otel_genai"};
  // Before 1.37, when the provider stood in gen_ai.system, numbers were the provider's own; llm.usage.total_tokens
  // marks an instrumentation that had already added them up.
  const bool is_old = !fields.has(Key::gen_ai_provider_name) && fields.has(Key::gen_ai_system);
  if (is_old && !fields.has(Key::llm_usage_total)) {
    algebra.name = "otel_genai_native";
    algebra.input_includes_cache = facts.provider != "anthropic" && facts.provider != "bedrock";
  }
  set_usage(facts, usage_source(fields), algebra);
  facts.is_rollup = facts.has_usage && !is_leaf(facts.kind);
}

void read_output(const Fields& fields, NormalSpan& span, Arena& arena) {
  using State = JsonContent::State;
  const JsonContent content = read_json(fields.value(Key::gen_ai_output_messages), arena);
  if (content.state == State::absent) return;
  if (content.state == State::unreadable) {
    Message message;
    message.role = "assistant";
    Part part;
    part.text = content.text;
    message.parts.push_back(part);
    span.output.push_back(std::move(message));
    return;
  }
  const std::span<const json::Node> items = content.node.is_array() ? content.node.items : std::span(&content.node, 1);
  for (const json::Node& item : items) {
    Message message = parse_element(ElementFormat::otel_message, item, arena);
    if (message.role.empty() || item.is_string()) message.role = "assistant";
    if (content.state == State::truncated && &item == &items.back()) message.state = ContentState::truncated;
    span.output.push_back(std::move(message));
  }
}

void read_finish_reasons(NormalSpan& span) {
  if (!span.finish_reasons.empty()) return;
  for (const Message& message : span.output) {
    if (!message.finish_reason.empty()) span.finish_reasons.emplace_back(message.finish_reason);
  }
}

void read_tool(const Fields& fields, NormalSpan& span, Arena& arena) {
  auto fallback_name = behind(fields.raw().name, "execute_tool ");
  if (fallback_name.empty()) fallback_name = behind(fields.raw().name, "tools/call ");
  ToolCall& tool = begin_tool(fields, span, fallback_name);
  tool.arguments = payload_of(fields.value(Key::gen_ai_tool_call_arguments), TextIs::declared_json, arena);
  tool.result = payload_of(fields.value(Key::gen_ai_tool_call_result), TextIs::plain, arena);
  finish_tool(span);
}

void read_agent_name(const Fields& fields, SpanFacts& facts) {
  if (!facts.agent.empty() || facts.kind != Kind::agent) return;
  facts.agent = behind(fields.raw().name, "invoke_agent ");
  if (facts.agent.empty()) facts.agent = behind(fields.raw().name, "create_agent ");
}

void read(const Fields& fields, NormalSpan& span, Arena& arena) {
  SpanFacts& facts = span.facts;
  facts.kind = kind_of(fields);
  read_call(fields, span);
  read_agent_name(fields, facts);
  read_usage(fields, facts);
  if (facts.kind == Kind::tool) read_tool(fields, span, arena);
  add_content(fields, span, ContentRole::tool_definitions, ElementFormat::otel_tool, Key::gen_ai_tool_definitions);
  add_content(fields, span, ContentRole::system, ElementFormat::otel_system, Key::gen_ai_system_instructions);
  add_content(fields, span, ContentRole::input, ElementFormat::otel_message, Key::gen_ai_input_messages);
  read_output(fields, span, arena);
  read_finish_reasons(span);
  facts.basis = basis_of(fields, span, fields.has(Key::gen_ai_request_previous_response_id));
  note_requested_calls(span);
}

}  // namespace

const Dialect k_otel_genai{"otel_genai", recognises, read};

}  // namespace strobe::dialect
