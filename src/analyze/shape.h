#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "model/session.h"

namespace strobe::analyze {

// One turn of an agent's loop.
struct Step {
  int32_t number = 0;          // 1-based within the session
  int32_t call = -1;           // the call to a model
  std::vector<int32_t> tools;  // that it asked for, by start; each call of a tool once, however many recorded it
  int32_t agent = -1;          // the nearest agent span above the call, -1: none
};

// What many questions want to know of a session, worked out once. Numbers are indexes into SessionView::spans.
struct Shape {
  std::vector<int32_t> agent_of;  // for each span the nearest agent span above it, -1: none
  std::vector<int32_t> call_of;   // for each call of a tool the call to a model that asked for it, -1: not known
  std::vector<Step> steps;        // step N is steps[N - 1]
  std::vector<int32_t> calls;     // calls to a model, each once, by start; steps or not
  std::vector<int32_t> tools;     // calls of tools, each once, by start
};

// Linear in the spans.
Shape shape_of(const SessionView& session);

// A call of a tool that speaks for itself: no other recording of one.
bool is_tool_call(const SpanView& span);
// The call says what it read from a cache or wrote to one. A reported zero tells too: the provider has looked, and
// found nothing.
bool tells_of_cache(const SpanView& call);
// Some call that counts does. Linear.
bool tells_of_cache(const SessionView& session);
// It failed: by its status.
bool has_failed(const SpanView& span);
// The part of [start, end] of the span; a span without an end has none, a clock that ran backwards makes it a moment.
TimeNs end_of(const SpanView& span);

}  // namespace strobe::analyze
