#pragma once

#include "dialect/read.h"

// The steps of reading the GenAI conventions, for SDKs that speak them with an accent of their own. dialects.md 1.
namespace strobe::dialect {

// From the operation's name, the MCP method, a tool's name, or a model together with usage or an answer.
Kind otel_kind(const Fields& fields);
// How the conventions of the emitter's time count: what `facts.provider` reports itself before 1.37, all input after.
UsageAlgebra otel_algebra(const Fields& fields, const SpanFacts& facts);

// Needs the kind: model, provider, agent, parameters of the request, and the error that only error.type tells.
void read_otel_call(const Fields& fields, NormalSpan& span);
// The span's numbers, a roll-up unless it calls a model itself.
void read_otel_usage(const Fields& fields, const UsageAlgebra& algebra, NormalSpan& span);
// The first of the keys that holds something, else the first that is there: a call without arguments has "{}".
const Value* first_value(const Fields& fields, std::initializer_list<Key> keys);
// For spans of kind tool.
void read_otel_tool(const Fields& fields, NormalSpan& span, Arena& arena);
// Tool definitions, system prompt, messages and answers: attributes and details events first, then what older forms
// tell beside them. Then what follows of these: finish reasons, requested calls, basis.
void read_otel_content(const Fields& fields, ElementFormat told_format, NormalSpan& span, Arena& arena);

// All of these: what the conventions' own instrumentations mean.
void read_otel_genai(const Fields& fields, NormalSpan& span, Arena& arena);

}  // namespace strobe::dialect
