#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analyze/heads.h"
#include "analyze/text_change.h"
#include "base/result.h"
#include "model/session.h"

namespace strobe::analyze {

enum class MessageChangeType : uint8_t { added, removed, edited };
// "added", "removed", "edited".
std::string_view name_of(MessageChangeType type);

// A message of the conversation that one of two contexts does not have, or has in another wording.
struct MessageChange {
  MessageChangeType type = MessageChangeType::added;
  int32_t from_position = -1, to_position = -1;  // in the conversation, from 0; -1: not there
  int32_t from_message = -1, to_message = -1;    // numbers of SessionContexts::messages
};

struct ContextDiff {
  int32_t from = 0, to = 0;              // calls, indexes into SessionView::spans
  std::string from_unknown, to_unknown;  // why not all is known of a context; empty: all is
  bool is_system_changed = false;
  std::string from_hash, to_hash;  // of the system prompts: heads.h; empty where there is none
  TextChange system_change = TextChange::none;
  Volatile volatile_value = Volatile::none;
  ToolChanges tools;
  int64_t from_count = 0, to_count = 0;  // messages of the conversations
  int64_t unchanged = 0;
  std::vector<MessageChange> messages;  // in their order; what was removed before what took its place
  bool is_exact = true;                 // else too much changed to find what belongs together
  int64_t from_tokens = 0, to_tokens = 0;
  bool are_tokens_reported = false;  // by both calls, else both are estimates

  bool any() const { return is_system_changed || tools.any() || !messages.empty(); }
};

// What changed from what one call saw to what another did. Conversations are aligned as sequences: what both begin with
// costs O(log n), the rest what align() says. Errors: not_found (no context is known of one of them, and why).
Result<ContextDiff> diff_of(const SessionView& session, int32_t from, int32_t to);

}  // namespace strobe::analyze
