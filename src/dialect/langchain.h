#pragma once

#include "dialect/read.h"

// LangChain under OpenInference: what its own JSON says beyond the attributes.
namespace strobe::dialect {

// Whether a chain is the run of an agent that LangChain's create_agent made: it has that agent's name, which the runs
// below it only repeat in their metadata. The instrumentation takes for agents whose names have "agent" in them.
bool is_langchain_agent(const Fields& fields);
// Which model answered and what it reasoned, from output.value, {"generations":[[{"message":{"kwargs":..}}]]}. Where
// nothing better is there (streams, OpenAI's Responses), the attributes name the model that was asked for.
void read_langchain_answer(const Fields& fields, NormalSpan& span, Arena& arena);

}  // namespace strobe::dialect
