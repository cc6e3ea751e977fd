#pragma once

#include <string_view>

#include "base/arena.h"
#include "json/node.h"
#include "model/message.h"

// One element of a conversation, per family of formats. What is not understood becomes a part of type `other`.
namespace strobe::dialect {

// The emitters' words folded: model, ai -> assistant; human -> user; function -> tool. Unknown ones stay.
std::string_view folded_role(std::string_view role);

// An element that nobody understands.
Message unknown_element(std::string_view role, const json::Node& element, Arena& arena);
// {role, parts} or {role, content}, where content is a text or typed parts: OTel GenAI and the Vercel AI SDK. Also a
// bare string: a user's text.
Message chat_message(const json::Node& element, Arena& arena);
// The whole gen_ai.system_instructions: a list of parts, or a text.
Message system_message(const json::Node& element, Arena& arena);
// A tool definition as JSON, or as a string that holds JSON.
Message tool_definition(const json::Node& element, Arena& arena);
// {"message":{...}}, {"prompt":{"text"}} or {"completion":{"text"}}, un-flattened.
Message openinference_message(const json::Node& element, Arena& arena);
// A message as frameworks write it into JSON attributes: LangChain's serialised forms, Genkit's, the items of OpenAI's
// Responses API, and whatever chat_message reads.
Message framework_message(const json::Node& element, Arena& arena);
// gen_ai.prompt.N or gen_ai.completion.N, un-flattened: content may be the JSON text of typed parts.
Message openllmetry_message(const json::Node& element, Arena& arena);
// chat_message of an SDK that turns a provider's blocks it does not know into texts of their JSON.
Message openllmetry_chat(const json::Node& element, Arena& arena);
// One role event of pydantic-ai's first version: the event's body and attributes in one object.
Message pydantic_event(const json::Node& element, Arena& arena);
// One item of Gemini's `contents`, {"role","parts"}, in snake or camel case; also a bare text.
Message gemini_content(const json::Node& element, Arena& arena);
// {"tool":{"json_schema":"..."}}
Message openinference_tool(const json::Node& element, Arena& arena);

// Appends what `content` holds to the message's parts: a text, one part, or a list of parts. Empty texts are no parts.
void append_content(Message& message, const json::Node& content, Arena& arena);
// A tool call of any spelling: id|toolCallId, name|toolName, arguments|input|args.
Part tool_call_part(const json::Node& node, Arena& arena);
// Calls as OpenAI lists them, [{"id","function":{"name","arguments"}}]; the list and its items may be JSON texts.
void append_tool_calls(Message& message, const json::Node& calls, Arena& arena);
// One of Amazon Bedrock's blocks, whose only member names its type: {"toolUse":{...}}. False: it is none. A plain text
// is left to append_content.
bool append_bedrock_block(Message& message, const json::Node& block, Arena& arena);
// What a tool gave back, when it stands alone in a list of Bedrock's blocks: [{"text":"..."}] or [{"json":...}]. Else
// the node itself.
const json::Node& bare_result(const json::Node& result);
// The reasoning of OpenAI's Responses, [{"type":"summary_text","text"}]; false, and nothing appended: it is none.
bool append_summary(Message& message, const json::Node* summary);
// Appends the part, unless it is an empty text, and lets its markers tell the message's state.
void append_part(Message& message, const Part& part);
void append_text(Message& message, PartType type, std::string_view text);
// Media from a URL, a data: URL (its base64 becomes inline data), or inline base64.
Part media_part(std::string_view location, std::string_view mime);

}  // namespace strobe::dialect
