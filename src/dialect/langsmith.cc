#include "dialect/otel_genai.h"
#include "dialect/provider.h"
#include "dialect/whole_json.h"

// LangSmith's OpenTelemetry exporter, Python and JavaScript. dialects.md 5.2.
namespace strobe::dialect {

namespace {

constexpr KindName k_kinds[] = {
    {"llm", Kind::llm},
    {"chain", Kind::workflow},
    {"tool", Kind::tool},
    {"retriever", Kind::retrieval},
    {"embedding", Kind::embedding},
    {"prompt", Kind::span},
    {"parser", Kind::span},
};

bool recognises(const Fields& fields) {
  const RawScope* scope = fields.raw().scope;
  return (scope != nullptr && scope->name == "langsmith") || fields.has(Key::langsmith_kind);
}

// gen_ai.operation.name says "chat" of a prompt and "embeddings" of a retriever: only their own word is right.
Kind kind_of(const Fields& fields) {
  const auto word = fields.text(Key::langsmith_kind);
  return word.empty() ? otel_kind(fields) : kind_named(k_kinds, word).value_or(Kind::span);
}

void read_usage(const Fields& fields, NormalSpan& span) {
  ReportedUsage usage = usage_source(fields);
  const auto input = fields.text(Key::gen_ai_input_token_details);
  const auto output = fields.text(Key::gen_ai_output_token_details);
  if (!usage.cache_read) usage.cache_read = number_in_repr(input, "cache_read");
  if (!usage.cache_write) usage.cache_write = number_in_repr(input, "cache_creation");
  if (!usage.reasoning) usage.reasoning = number_in_repr(output, "reasoning");
  set_usage(span, usage, {.name = "langsmith"});
}

void read_tool(const Fields& fields, NormalSpan& span, Arena& arena) {
  begin_tool(fields, span, fields.raw().name);
  finish_whole_tool(fields, span, Key::gen_ai_prompt, Key::gen_ai_completion, arena);
}

void read(const Fields& fields, NormalSpan& span, Arena& arena) {
  SpanFacts& facts = span.facts;
  facts.kind = kind_of(fields);
  read_otel_call(fields, span);
  if (facts.model.empty()) facts.model = fields.text(Key::langsmith_model);
  // The exporter writes "langchain" where it cannot tell, which folds to nothing.
  if (facts.provider.empty()) facts.provider = folded_provider(fields.text(Key::langsmith_provider));
  read_usage(fields, span);
  if (facts.kind == Kind::tool) read_tool(fields, span, arena);
  add_whole_input(fields, span, Key::gen_ai_prompt, arena);
  read_whole_output(fields, span, Key::gen_ai_completion, arena);
  settle(fields, span);
}

}  // namespace

const Dialect k_langsmith{"langsmith", recognises, read};

}  // namespace strobe::dialect
