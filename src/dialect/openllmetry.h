#pragma once

#include "dialect/read.h"

// For SDKs that grew out of OpenLLMetry: Laminar, LiteLLM, AgentOps. dialects.md 3.
namespace strobe::dialect {

// gen_ai.prompt.N, gen_ai.completion.N, llm.request.functions.N and gen_ai.tool.definitions.N, where nothing newer
// tells the same.
void read_flattened(const Fields& fields, NormalSpan& span, Arena& arena);
// Parts that are the JSON text of a provider's block (OpenAI's function_call and reasoning, Anthropic's tool_use and
// thinking) become what they tell; calls that stand in the message already are not repeated.
void read_blocks(Message& message, Arena& arena);
// Kind, call, usage and content of a span that mixes the conventions with OpenLLMetry's own keys.
void read_openllmetry(const Fields& fields, NormalSpan& span, Arena& arena);

}  // namespace strobe::dialect
