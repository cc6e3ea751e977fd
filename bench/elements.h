#pragma once

#include <string_view>

#include "bench/conversation.h"
#include "bench/json_text.h"

// Elements of an agent's requests as JSON: in the words of OpenTelemetry's GenAI conventions, and as OpenAI's chat API
// has them (which OpenInference records as input.value).
namespace strobe::bench {

JsonText otel_system(std::string_view system);
JsonText otel_tool(const ToolDefinition& tool);
JsonText otel_user(std::string_view text);
// `finish_reason` only in outputs; empty: none.
JsonText otel_call(const Turn& turn, std::string_view finish_reason);
JsonText otel_result(std::string_view call_id, std::string_view result);

JsonText openai_tool(const ToolDefinition& tool);
JsonText openai_text(std::string_view role, std::string_view text);
JsonText openai_call(const Turn& turn);
JsonText openai_result(std::string_view call_id, std::string_view result);

}  // namespace strobe::bench
