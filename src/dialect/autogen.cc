#include "dialect/otel_genai.h"

// AutoGen. Agents and tools as the GenAI conventions have them; the rest are messages between its agents, plain spans.
// It never tells of model calls: those come from the provider's own instrumentation. dialects.md 5.9.
namespace strobe::dialect {

namespace {

bool recognises(const Fields& fields) {
  const RawScope* scope = fields.raw().scope;
  const bool is_scope = scope != nullptr && (scope->name == "autogen-core" || scope->name.starts_with("autogen "));
  return is_scope || fields.text(Key::gen_ai_system) == "autogen";
}

void read(const Fields& fields, NormalSpan& span, Arena& arena) {
  span.facts.kind = otel_kind(fields);
  read_otel_call(fields, span);
  if (span.facts.kind == Kind::tool) read_otel_tool(fields, span, arena);
}

}  // namespace

const Dialect k_autogen{"autogen", recognises, read};

}  // namespace strobe::dialect
