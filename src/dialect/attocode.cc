#include "dialect/otel_genai.h"

// What importer/attocode makes of trace files: GenAI attributes, below a scope of its own, because the two generations
// count their input differently. Facts: upstream-systems.md 3.1 and 3.7.
namespace strobe::dialect {

namespace {

bool recognises(const Fields& fields) {
  const RawScope* scope = fields.raw().scope;
  return scope != nullptr && scope->name == "attocode" &&
         (scope->version == "typescript" || scope->version == "python");
}

void read(const Fields& fields, NormalSpan& span, Arena& arena) {
  SpanFacts& facts = span.facts;
  const bool is_python = fields.raw().scope->version == "python";
  facts.kind = otel_kind(fields);
  read_otel_call(fields, span);
  // TypeScript's input has in it what was read from the cache; Python's has not.
  const UsageAlgebra algebra{.name = is_python ? "attocode_python" : "attocode", .input_includes_cache = !is_python};
  read_otel_usage(fields, algebra, span);
  if (facts.kind == Kind::tool) read_otel_tool(fields, span, arena);
  read_otel_content(fields, ElementFormat::otel_event, span, arena);
  // Of what a call saw, a trace tells at most what the user said.
  if (facts.kind == Kind::llm && !span.content.empty()) facts.basis = ContextBasis::truncated;
  const Value* cancelled = fields.value(Key::attocode_cancelled);
  facts.cancelled = cancelled != nullptr && as_bool(*cancelled).value_or(false);
  // The agent of a file that was cut at its front: the one of the whole file knows better.
  if (fields.has(Key::attocode_session_start_missing)) facts.rank = SpanRank::synthetic;
}

}  // namespace

const Dialect k_attocode{"attocode", recognises, read};

}  // namespace strobe::dialect
