#include "dialect/dialect.h"

#include "dialect/elements.h"
#include "dialect/fields.h"
#include "dialect/payload.h"
#include "dialect/read.h"

namespace strobe::dialect {

namespace {

// The most specific first: dialects.md 0.1. A new dialect is one line here.
const Dialect* const k_dialects[] = {
    &k_strobe_run, &k_openinference, &k_vercel, &k_otel_genai, &k_fallback,
};

}  // namespace

NormalSpan normalise(const RawSpan& raw, Arena& arena) {
  const Fields fields(raw);
  NormalSpan span;
  read_identity(fields, span.facts);
  for (const Dialect* dialect : k_dialects) {
    if (!dialect->recognises(fields)) continue;
    span.facts.dialect = dialect->name;
    dialect->read(fields, span, arena);
    break;
  }
  return span;
}

Message parse_element(ElementFormat format, const json::Node& element, Arena& arena) {
  switch (format) {
    case ElementFormat::otel_message:
    case ElementFormat::vercel_message: return chat_message(element, arena);
    case ElementFormat::otel_system: return system_message(element, arena);
    case ElementFormat::otel_tool:
    case ElementFormat::vercel_tool: return tool_definition(element, arena);
    case ElementFormat::openinference_message: return openinference_message(element, arena);
    case ElementFormat::openinference_tool: return openinference_tool(element, arena);
    case ElementFormat::vercel_prompt:
    case ElementFormat::none: break;
  }
  return unknown_element({}, element, arena);
}

}  // namespace strobe::dialect
