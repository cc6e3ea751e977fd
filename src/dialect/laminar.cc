#include "dialect/openllmetry.h"
#include "dialect/whole_json.h"

// Laminar (lmnr): OpenLLMetry's names for calls to models, its own for everything around them. dialects.md 5.15.
namespace strobe::dialect {

namespace {

constexpr KindName k_types[] = {
    {"LLM", Kind::llm},
    {"TOOL", Kind::tool},
    {"EVALUATOR", Kind::evaluation},
    {"EVALUATION", Kind::evaluation},
    {"HUMAN_EVALUATOR", Kind::evaluation},
    {"EXECUTOR", Kind::workflow},
};

bool recognises(const Fields& fields) {
  return fields.first_present({Key::lmnr_type, Key::lmnr_path, Key::lmnr_input, Key::lmnr_output}).has_value();
}

void read_tool(const Fields& fields, NormalSpan& span, Arena& arena) {
  if (!span.tool) begin_tool(fields, span, fields.raw().name);
  finish_whole_tool(fields, span, Key::lmnr_input, Key::lmnr_output, arena);
}

void read(const Fields& fields, NormalSpan& span, Arena& arena) {
  read_openllmetry(fields, span, arena);
  SpanFacts& facts = span.facts;
  if (facts.kind == Kind::span) facts.kind = kind_named(k_types, fields.text(Key::lmnr_type)).value_or(Kind::span);
  if (facts.kind == Kind::tool) read_tool(fields, span, arena);
  add_whole_input(fields, span, Key::lmnr_input, arena);
  read_whole_output(fields, span, Key::lmnr_output, arena);
  settle(fields, span);
}

}  // namespace

const Dialect k_laminar{"laminar", recognises, read};

}  // namespace strobe::dialect
