#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/ids.h"
#include "model/message.h"

namespace strobe::context {

// Version of the canonical form. Stored with every file; a contract between nodes and for ever.
inline constexpr int k_canonical_version = 1;

// Canonical form v1 of a message (context.md section 2): length-prefixed binary, domain "strobe.message.v1". Exposed
// for tests; identity is its SHA-256.
std::string canonical_form(const Message& message);
MessageId message_id(const Message& message);

// The head of a context: tool definitions, then leading system and developer messages. Domain "strobe.head.v1".
// It is the parent of the first body message; a context without a body has the head's id.
ContextId head_id(std::span<const MessageId> tool_definitions, std::span<const MessageId> system);

// One step of the Merkle walk: H("strobe.context.v1", parent, message).
ContextId context_id(const ContextId& parent, const MessageId& message);

// Session id: the first 16 bytes of H("strobe.session.v1", namespace, key). Each part is length-prefixed.
SessionId session_id(std::string_view session_namespace, std::string_view key);

}  // namespace strobe::context
