#include "dialect/dialect.h"

#include "dialect/elements.h"
#include "dialect/fields.h"
#include "dialect/otel_events.h"
#include "dialect/payload.h"
#include "dialect/read.h"
#include "dialect/side_call.h"

namespace strobe::dialect {

namespace {

// The most specific first: dialects.md 0.1. A new dialect is one line here.
const Dialect* const k_dialects[] = {
    &k_strobe_run,
    &k_attocode,
    &k_openinference,
    &k_langfuse,
    &k_langsmith,
    &k_pydantic_ai,
    &k_logfire,
    &k_mlflow,
    &k_google_adk,
    &k_strands,
    &k_livekit,
    &k_vercel,
    // Before the one whose names they share.
    &k_litellm,
    &k_laminar,
    &k_genkit,
    &k_openllmetry,
    &k_autogen,
    &k_semantic_kernel,
    &k_agent_framework,
    &k_mcp,
    &k_otel_genai,
    &k_fallback,
};

}  // namespace

NormalSpan normalise(const RawSpan& raw, std::span<const RawLog> logs, Arena& arena) {
  const Fields fields(raw, told_of(raw, logs));
  NormalSpan span;
  read_identity(fields, span.facts);
  for (const Dialect* dialect : k_dialects) {
    if (!dialect->recognises(fields)) continue;
    span.facts.dialect = dialect->name;
    dialect->read(fields, span, arena);
    break;
  }
  span.facts.is_side_call = span.facts.kind == Kind::llm && is_named_side_call(fields, span.facts);
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
    case ElementFormat::openinference_text: return chat_message(element, arena);
    case ElementFormat::pydantic_event: return pydantic_event(element, arena);
    case ElementFormat::gemini_content: return gemini_content(element, arena);
    case ElementFormat::framework_message: return framework_message(element, arena);
    case ElementFormat::openllmetry_message: return openllmetry_message(element, arena);
    case ElementFormat::openllmetry_chat: return openllmetry_chat(element, arena);
    case ElementFormat::otel_event:
    case ElementFormat::strands_event: return told_message(format, element, arena);
    case ElementFormat::vercel_prompt:
    case ElementFormat::none: break;
  }
  return unknown_element({}, element, arena);
}

}  // namespace strobe::dialect
