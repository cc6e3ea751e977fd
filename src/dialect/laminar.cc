#include <array>
#include <utility>

#include "dialect/openllmetry.h"
#include "dialect/whole_json.h"

// Laminar (lmnr): OpenLLMetry's names for calls to models, its own for everything around them. dialects.md 5.15.
namespace strobe::dialect {

namespace {

constexpr std::array<std::pair<std::string_view, Kind>, 6> k_types = {{
    {"LLM", Kind::llm},
    {"TOOL", Kind::tool},
    {"EVALUATOR", Kind::evaluation},
    {"EVALUATION", Kind::evaluation},
    {"HUMAN_EVALUATOR", Kind::evaluation},
    {"EXECUTOR", Kind::workflow},
}};

bool recognises(const Fields& fields) {
  return fields.first_present({Key::lmnr_type, Key::lmnr_path, Key::lmnr_input, Key::lmnr_output}).has_value();
}

void read_tool(const Fields& fields, NormalSpan& span, Arena& arena) {
  if (!span.tool) begin_tool(fields, span, fields.raw().name);
  ToolCall& tool = *span.tool;
  if (!tool.arguments) tool.arguments = whole_arguments(fields.value(Key::lmnr_input), tool.call_id, arena);
  if (!tool.result) tool.result = whole_result(fields.value(Key::lmnr_output), tool.call_id, arena);
  finish_tool(span);
}

void read(const Fields& fields, NormalSpan& span, Arena& arena) {
  read_openllmetry(fields, span, arena);
  SpanFacts& facts = span.facts;
  const auto type = fields.text(Key::lmnr_type);
  for (const auto& [name, kind] : k_types) {
    if (facts.kind == Kind::span && name == type) facts.kind = kind;
  }
  if (facts.kind == Kind::tool) read_tool(fields, span, arena);
  add_whole_input(fields, span, Key::lmnr_input, arena);
  read_whole_output(fields, span, Key::lmnr_output, arena);
  settle(fields, span);
}

}  // namespace

const Dialect k_laminar{"laminar", recognises, read};

}  // namespace strobe::dialect
