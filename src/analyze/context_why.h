#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "analyze/carried_cost.h"
#include "analyze/origin.h"
#include "base/result.h"
#include "model/session.h"

// Where messages come from, and what it took to send them: `context why`, `context show`.

namespace strobe::analyze {

// Calls of one lane, one after another in it, that carried a message: `calls[first]` to `calls[last]` of the lane.
struct CarriedBy {
  int32_t lane = 0;  // 0: lanes are not known, `first` and `last` then count the calls that carried it
  int32_t first = 0, last = 0;
};

struct ContextWhy {
  int32_t message = 0;  // number in contexts.messages
  int64_t estimated_tokens = 0;
  std::vector<int32_t> calls;     // all that carried it, by start
  std::vector<CarriedBy> ranges;  // the same, by lane
  int64_t calls_not_judged = 0;   // of these those that `carried` leaves out: context or usage not wholly known
  CarriedMessage carried;
};

// The message whose id begins with `prefix`, at least 8 hexadecimal digits. Errors: invalid (no such digits, or several
// messages), not_found.
Result<int32_t> find_message(const SessionView& session, std::string_view prefix);
Result<int32_t> find_message(const SessionView& session, const MessageId& id);

// Needs contexts. O(n log n).
ContextWhy context_why_of(const SessionView& session, int32_t message, Money& money);

// What one context holds.
struct ContextContents {
  int32_t context = 0;         // number in contexts.contexts
  std::vector<int32_t> calls;  // that saw it, by start
  std::vector<int32_t> tools, system, messages;
  std::vector<int64_t> estimates;  // of all messages of the session
  std::vector<Origin> origins;     // likewise

  // Estimated, of the whole context.
  int64_t tokens() const;
};

// The context whose id begins with `prefix`, at least 8 hexadecimal digits. Errors as find_message.
Result<int32_t> find_context(const SessionView& session, std::string_view prefix);
ContextContents context_contents_of(const SessionView& session, int32_t context);

}  // namespace strobe::analyze
