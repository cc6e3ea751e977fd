#pragma once

#include <cstdint>
#include <string_view>

#include "model/span.h"

namespace strobe {

// What two numbers of a session cannot both be. docs/reference/token-truth.md explains each.
enum class ContradictionRule : uint8_t {
  total_differs,             // the total told is no sum of what else is told
  cache_exceeds_input,       // more came from the cache than went in
  reasoning_exceeds_output,  // more was thought than came out
  clamped,                   // a number below zero, or beyond all measure
  recorded_twice,            // two spans tell the tokens of one call
  recordings_differ,         // and tell different ones
  rollup_differs,            // a span that sums up others tells another sum
  accumulated_rollup,        // a sum over the life of an agent's object, told where no call tells its own tokens
};

// "total_differs", ...: what `doctor` prints and JSON holds.
std::string_view name_of(ContradictionRule rule);

struct Contradiction {
  ContradictionRule rule = ContradictionRule::total_differs;
  int32_t span = 0;        // index into SessionView::spans: who tells it
  ReportedUsage reported;  // what it tells
  Usage counted;           // what Strobe makes of it, or counts instead
  SpanId other;            // the recording that counts instead; zero: none
};

}  // namespace strobe
