#pragma once

#include <span>
#include <vector>

#include "base/time.h"
#include "model/recording.h"
#include "model/session.h"
#include "model/span.h"
#include "prices/prices.h"

// What no span can tell alone. Everything here is a function of the set of spans of a trace: any order, duplication or
// batching on the way gives the same answer (context.md section 7).

namespace strobe::derive {

// A span's place among its neighbours. Index i belongs to spans[i] of the input.
struct Place {
  int32_t parent = -1;          // index of the parent; -1: a root, or the parent is missing
  bool parent_missing = false;  // names a parent that is not here
  bool cycle_cut = false;       // its parents lead back to itself; the link is cut here, at the smallest span id
  SessionId session;
  int32_t step = 0;           // 1-based within the trace; 0: belongs to no step
  bool is_llm_call = false;   // a call of its own: no other recording of one that another span speaks for
  bool is_call = false;       // the same, embeddings included; also one that does not say what it used
  bool is_tool_call = false;  // the same, of tools
  bool counted = false;       // its usage and cost are part of the totals
  SpanId duplicate_of;        // the span that speaks for the call this one records too; zero: it speaks for itself
  SameCall duplicate_how = SameCall::no;
  // What it cost: as its source reported it, else, where it is counted, by list prices at the time it started.
  CostKind cost_kind = CostKind::unpriced;
  int64_t cost_pico_usd = 0;
};

struct TraceDerivation {
  std::vector<Place> places;
  std::vector<SessionPart> parts;  // by session id; `task` is left to whoever can read contexts
  // For each part the span that tells the task: the first LLM call with a context, else the first agent; -1: none.
  std::vector<int32_t> task_spans;
};

// All spans must be of one trace, with distinct span ids. O(n log n).
TraceDerivation derive_trace(std::span<const SpanFacts> spans, const prices::PriceList& list = prices::built_in());

// The day of the price list that is built in, as a number: 20261121. What was derived with an older one is derived
// anew.
int64_t prices_day();

}  // namespace strobe::derive
