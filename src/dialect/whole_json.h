#pragma once

#include <string_view>

#include "base/arena.h"
#include "dialect/fields.h"
#include "json/node.h"
#include "model/span.h"

// Attributes that hold all that a call was given, or gave, as one JSON text: Langfuse, LangSmith, MLflow, Genkit,
// Laminar. dialects.md 5.1, 5.2, 5.5, 5.15.
namespace strobe::dialect {

// Names the lists inside the attribute as ingredients of the context: `messages` (or the whole, when it is a list or a
// text), `tools`, the system prompt; and copies the request parameters beside them. What the span has named already
// stays. One pass over the text, no nodes; of cut JSON, what there is. LLM spans only.
void add_whole_input(const Fields& fields, NormalSpan& span, Key key, Arena& arena);
// Appends the answers inside the attribute, unless the span has some. LLM spans only.
void read_whole_output(const Fields& fields, NormalSpan& span, Key key, Arena& arena);

// What a tool was given, without what its framework logs around it: {"args":[],"kwargs":{..}} of decorators,
// {"input_str","inputs":{..},"kwargs":{"tool_call_id"}} of LangChain, whose call id goes to `call_id` when that is
// empty.
std::optional<Payload> whole_arguments(const Value* value, std::string_view& call_id, Arena& arena);
// What it gave back, without {"output":..} and LangChain's message around it; its call id likewise.
std::optional<Payload> whole_result(const Value* value, std::string_view& call_id, Arena& arena);

// Ends a tool span that was begun: what nothing else told of it from these attributes, its name from the span's.
void finish_whole_tool(const Fields& fields, NormalSpan& span, Key input, Key output, Arena& arena);

// The members of a JSON object that gen_ai.request.* knows, under its names.
void add_parameters(NormalSpan& span, const json::Node& object, Arena& arena);

// Facts are read from texts of this size at most: longer ones may not be at hand when a span is read again.
inline constexpr size_t k_fact_json_bytes_max = 4095;
// The JSON of a small attribute; null when it is big, broken or absent. Kvlists too.
json::Node small_json(const Value* value, Arena& arena);
// The non-negative integer or finite number under `key`, when it is a JSON number or the text of one.
std::optional<int64_t> int64_at(const json::Node& object, std::string_view key);
std::optional<double> double_at(const json::Node& object, std::string_view key);
// The number under `key`, at any depth, in the text of a Python dictionary: {'cache_read': 12}.
std::optional<int64_t> number_in_repr(std::string_view text, std::string_view key);
// What a JSON string decodes to; any other text as it is.
std::string_view unquoted(std::string_view text, Arena& arena);

// Ends a reader that refined what another had read: content in its order, roll-up, tool, finish reasons, basis, asked
// calls. After kind, usage, content and output.
void settle(const Fields& fields, NormalSpan& span);

}  // namespace strobe::dialect
