#pragma once

#include <string_view>

#include "model/session.h"

namespace strobe::analyze {

// What a span is to the runtime that made it, in harn's words: an attribute harn.kind, harn.span.kind or kind that is
// one of its kinds ("pool_submit", "suspension", ...), else a name that is one, else "llm_call" for a call to a model,
// "tool_call" for one of a tool (each once, however many recorded it), else our own kind. Static, or of the raw span.
std::string_view runtime_kind(const SpanView& span);
bool is_runtime_kind(std::string_view word);

}  // namespace strobe::analyze
