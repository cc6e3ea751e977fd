#include <array>
#include <utility>

#include "dialect/otel_genai.h"
#include "dialect/provider.h"
#include "dialect/whole_json.h"

// Firebase Genkit. dialects.md 5.15.
namespace strobe::dialect {

namespace {

constexpr std::array<std::pair<std::string_view, Kind>, 10> k_subtypes = {{
    {"model", Kind::llm},
    {"background-model", Kind::llm},
    {"tool", Kind::tool},
    {"tool.v2", Kind::tool},
    {"flow", Kind::workflow},
    {"embedder", Kind::embedding},
    {"retriever", Kind::retrieval},
    {"reranker", Kind::retrieval},
    {"evaluator", Kind::evaluation},
    {"agent", Kind::agent},
}};

bool recognises(const Fields& fields) {
  const RawScope* scope = fields.raw().scope;
  return (scope != nullptr && scope->name == "genkit-tracer") ||
         fields.first_present({Key::genkit_type, Key::genkit_name}).has_value();
}

Kind kind_of(const Fields& fields) {
  const auto subtype = fields.text(Key::genkit_subtype);
  for (const auto& [name, kind] : k_subtypes) {
    if (name == subtype) return kind;
  }
  const auto type = fields.text(Key::genkit_type);
  if (type == "flow") return Kind::workflow;
  if (type == "flowStep") return Kind::step;
  return otel_kind(fields);
}

// Names are "googleai/gemini-2.5-flash": who offers the model, and what he calls it.
void read_model(const Fields& fields, SpanFacts& facts) {
  if (facts.kind != Kind::llm && facts.kind != Kind::embedding) return;
  const auto name = fields.text(Key::genkit_name);
  const size_t slash = name.find('/');
  const auto model = slash == std::string_view::npos ? name : name.substr(slash + 1);
  if (facts.model.empty()) facts.model = model;
  if (slash == std::string_view::npos || !facts.provider.empty()) return;
  const auto plugin = name.substr(0, slash);
  facts.provider = plugin == "googleai" ? "google-gemini" : folded_provider(plugin);
}

// Usage and the reason of the end stand in the output only.
void read_usage(const Fields& fields, NormalSpan& span, Arena& arena) {
  ReportedUsage usage = usage_source(fields);
  const Value* output = fields.value(Key::genkit_output);
  const auto text = output != nullptr && output->is_string() ? output->as_text() : std::string_view();
  const Value part = Value::of_string(top_level_member(text, "usage"));
  const json::Node node = small_json(&part, arena);
  const auto take = [&](std::optional<int64_t>& count, std::string_view key) {
    if (!count) count = int64_at(node, key);
  };
  take(usage.input, "inputTokens");
  take(usage.output, "outputTokens");
  take(usage.total, "totalTokens");
  take(usage.cache_read, "cachedContentTokens");
  take(usage.reasoning, "thoughtsTokens");
  set_usage(span, usage, {.name = "genkit"});
}

void read_tool(const Fields& fields, NormalSpan& span, Arena& arena) {
  ToolCall& tool = begin_tool(fields, span, fields.first_text({Key::genkit_name}));
  if (tool.name.empty()) tool.name = fields.raw().name;
  tool.arguments = payload_of(fields.value(Key::genkit_input), TextIs::declared_json, arena);
  tool.result = payload_of(fields.value(Key::genkit_output), TextIs::declared_json, arena);
  finish_tool(span);
}

void read(const Fields& fields, NormalSpan& span, Arena& arena) {
  SpanFacts& facts = span.facts;
  facts.kind = kind_of(fields);
  read_otel_call(fields, span);
  read_model(fields, facts);
  if (facts.kind == Kind::agent && facts.agent.empty()) facts.agent = fields.text(Key::genkit_name);
  read_usage(fields, span, arena);
  if (facts.status == SpanStatus::unset && fields.text(Key::genkit_state) == "error") facts.status = SpanStatus::error;
  if (facts.kind == Kind::tool) read_tool(fields, span, arena);
  add_whole_input(fields, span, Key::genkit_input, arena);
  read_whole_output(fields, span, Key::genkit_output, arena);
  settle(fields, span);
}

}  // namespace

const Dialect k_genkit{"genkit", recognises, read};

}  // namespace strobe::dialect
