#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analyze/money.h"
#include "analyze/origin.h"
#include "model/session.h"

// What messages cost by being sent again with every call: docs/reference/carried-cost.md.

namespace strobe::analyze {

// Tokens are estimates, scaled call by call so that all that the call saw adds up to the input that it reports. Money
// is at list prices, by the place of the message: what came first was read from the cache, as much as the call reports;
// then what was written to it; the rest is plain input.
struct CarriedSum {
  int64_t tokens = 0;  // over all calls that carried it
  int64_t cost_pico_usd = 0;
  CostKind cost_kind = CostKind::unpriced;  // computed, partial or unpriced
};

struct CarriedMessage : CarriedSum {
  int64_t times = 0;     // that judged calls carried it; twice in one context is twice
  std::string producer;  // as in CarriedGroup: the tool of `origin` where it is one, else of its largest part
  int64_t others = 0;    // more producers that have parts of it
  Origin origin;
};

// "tool:NAME" ("tool:unknown" where nothing tells it), "system_prompt", "tool_definitions", "user", "assistant", or
// another role as the message has it.
struct CarriedGroup : CarriedSum {
  std::string producer;
  int64_t messages = 0;  // that any judged call carried; one with results of two tools is one of each
};

struct CarriedCost {
  std::vector<CarriedMessage> messages;  // one for each of contexts.messages
  // What cost most first, then most tokens, then by name. Their tokens add up to those of `total`.
  std::vector<CarriedGroup> groups;
  CarriedSum total;
  int64_t calls = 0;                  // judged
  int64_t calls_without_context = 0;  // left out: their context is not known, or not all of it
  int64_t calls_without_usage = 0;    // left out: they do not tell their input

  // Numbers of the messages that cost most, then have most tokens; none that no judged call carried.
  std::vector<int32_t> top(size_t count) const;
};

// Needs contexts; echoes need lanes. O(n log n) in spans and in what the contexts do not share, never calls times
// messages.
CarriedCost carried_cost_of(const SessionView& session, Money& money);

}  // namespace strobe::analyze
