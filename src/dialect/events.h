#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "model/raw.h"

// What is told of a span besides its attributes: its own events, and log records that carry its ids. Older forms of the
// GenAI conventions put the messages there, and some SDKs the usage. dialects.md 0.9, 1.4, 1.6.
namespace strobe::dialect {

struct Told {
  std::string_view name;  // never empty
  uint64_t time_unix_nano = 0;
  std::span<const KeyValue> attributes;
  const Value* body = nullptr;  // a log record's; null for an event
};

// The event whose attributes stand for attributes of the span itself.
inline constexpr std::string_view k_details_event = "gen_ai.client.inference.operation.details";

// The span's events and the log records, by time. Events of one moment stay in the span's order, log records stand in
// the order of a conversation's opening and then as given. `logs` may be in any order that depends on nothing but their
// content.
std::vector<Told> told_of(const RawSpan& raw, std::span<const RawLog> logs);

}  // namespace strobe::dialect
