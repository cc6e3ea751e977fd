#include "dialect/otel_genai.h"
#include "dialect/provider.h"
#include "dialect/whole_json.h"

// MLflow's tracing SDK: every value is a JSON text, plain strings in quotes. dialects.md 5.5.
namespace strobe::dialect {

namespace {

constexpr KindName k_types[] = {
    {"LLM", Kind::llm},
    {"CHAT_MODEL", Kind::llm},
    {"AGENT", Kind::agent},
    {"TOOL", Kind::tool},
    {"RETRIEVER", Kind::retrieval},
    {"RERANKER", Kind::retrieval},
    {"EMBEDDING", Kind::embedding},
    {"CHAIN", Kind::workflow},
    {"WORKFLOW", Kind::workflow},
    {"TASK", Kind::workflow},
    {"MEMORY", Kind::memory},
    {"GUARDRAIL", Kind::guardrail},
    {"EVALUATOR", Kind::evaluation},
    {"PARSER", Kind::span},
};

bool recognises(const Fields& fields) {
  for (const Key key : {Key::mlflow_type, Key::mlflow_request_id, Key::mlflow_inputs, Key::mlflow_outputs,
                        Key::mlflow_usage, Key::mlflow_session}) {
    if (fields.has(key)) return true;
  }
  return false;
}

Kind kind_of(const Fields& fields, Arena& arena) {
  const Kind kind = otel_kind(fields);
  if (kind != Kind::span) return kind;
  const auto word = unquoted(fields.text(Key::mlflow_type), arena);
  return kind_named(k_types, word).value_or(Kind::span);
}

void read_usage(const Fields& fields, NormalSpan& span, Arena& arena) {
  ReportedUsage usage = usage_source(fields);
  const json::Node node = small_json(fields.value(Key::mlflow_usage), arena);
  const auto take = [&](std::optional<int64_t>& count, std::string_view key) {
    if (!count) count = int64_at(node, key);
  };
  take(usage.input, "input_tokens");
  take(usage.output, "output_tokens");
  take(usage.total, "total_tokens");
  take(usage.cache_read, "cache_read_input_tokens");
  take(usage.cache_write, "cache_creation_input_tokens");
  // It copies what the provider says: the numbers themselves have to tell whether the cache is part of the input.
  set_usage(span, usage, {.name = "mlflow"});
}

void read_names(const Fields& fields, SpanFacts& facts, Arena& arena) {
  if (facts.model.empty()) facts.model = unquoted(fields.text(Key::mlflow_model), arena);
  if (facts.provider.empty()) facts.provider = folded_provider(unquoted(fields.text(Key::mlflow_provider), arena));
  if (facts.kind == Kind::agent && facts.agent.empty()) facts.agent = facts.name;
}

void read_tool(const Fields& fields, NormalSpan& span, Arena& arena) {
  read_otel_tool(fields, span, arena);
  finish_whole_tool(fields, span, Key::mlflow_inputs, Key::mlflow_outputs, arena);
}

void read(const Fields& fields, NormalSpan& span, Arena& arena) {
  SpanFacts& facts = span.facts;
  facts.kind = kind_of(fields, arena);
  read_otel_call(fields, span);
  read_names(fields, facts, arena);
  read_usage(fields, span, arena);
  const auto cost = double_at(small_json(fields.value(Key::mlflow_cost), arena), "total_cost");
  if (cost && facts.cost_kind == CostKind::unpriced) set_reported_cost(facts, *cost);
  if (facts.kind == Kind::tool) read_tool(fields, span, arena);
  read_otel_content(fields, ElementFormat::otel_event, span, arena);
  if (facts.kind == Kind::llm) {
    add_content(fields, span, ContentRole::tool_definitions, ElementFormat::otel_tool, Key::mlflow_tools);
  }
  add_whole_input(fields, span, Key::mlflow_inputs, arena);
  read_whole_output(fields, span, Key::mlflow_outputs, arena);
  settle(fields, span);
}

}  // namespace

const Dialect k_mlflow{"mlflow", recognises, read};

}  // namespace strobe::dialect
