#pragma once

#include <optional>
#include <string_view>

#include "base/ids.h"
#include "model/message.h"

// What a model wrote rarely comes back byte for byte in the next call's input. These tell which messages are an answer
// all the same.

namespace strobe::context {

// The same for an answer and its echo: reasoning is left out, texts are joined and trimmed, or left out where tools are
// called, whose ids are enough. `id`, the message's own, for what no model wrote.
MessageId echo_id(const Message& message, const MessageId& id);

// Some instrumentations flatten an answer so that its calls have no ids; the next call's input has them. Text and first
// call are enough to know it again. Nothing for messages without calls.
std::optional<MessageId> first_call_id(const Message& message);

// The part calls a tool and gives the call an id.
bool names_call(const Part& part);

}  // namespace strobe::context
