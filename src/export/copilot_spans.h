#pragma once

#include <string_view>

#include "export/copilot_line.h"
#include "model/session.h"

// What a span says of itself for Copilot's form.

namespace strobe::exporter {

// Empty: there is none, or it is no text.
std::string_view text_attribute(const SpanView& span, std::string_view key);
// Work that is neither a call, a tool nor an agent, and has a line all the same.
bool is_generic(const SpanView& span);
// A hook of the editor's, or of the SDK's.
bool is_hook(const SpanView& span);
// "PreToolUse"; empty: only its name may tell.
std::string_view hook_type(const SpanView& span);
// "success", "error" or "non_blocking_error".
std::string_view hook_result(const SpanView& span);
// maxTokens, temperature, topP of a call.
void write_parameters(const SpanView& call, CopilotLine& line);

}  // namespace strobe::exporter
