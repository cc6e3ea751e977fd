#pragma once

#include <cstdint>

#include "model/session.h"

namespace strobe {

// How much of a session can be relied on: what its sources say they dropped, and what is odd about its spans. All
// numbers are counts.
struct SessionHealth {
  SessionSummary summary;
  // As the SDKs told: withheld before it reached us.
  int64_t dropped_attributes = 0, dropped_events = 0, dropped_links = 0;
  // LLM calls by what is known of the context they saw.
  int64_t contexts_complete = 0, contexts_truncated = 0, contexts_dropped = 0, contexts_absent = 0, contexts_delta = 0,
          contexts_inferred = 0;
  int64_t orphans = 0;            // spans whose parent never came
  int64_t in_cycles = 0;          // spans that are their own ancestors
  int64_t ends_before_start = 0;  // their clock ran backwards
  int64_t never_ended = 0;        // spans without an end
  int64_t unpriced_calls = 0;     // counted calls without a cost
  // Numbers that contradict each other. Strobe counts each call once all the same, so they are no lack of the record.
  struct Doubt {
    Contradiction what;
    TraceId trace_id;
    SpanId span_id;
    std::string name;   // of the span
    std::string scope;  // who recorded it
    std::string usage_rule;
  };
  std::vector<Doubt> contradictions;

  // What keeps an analysis from being sure. Missing prices are no fault of the record.
  bool is_whole() const {
    return dropped_attributes + dropped_events + dropped_links + contexts_truncated + contexts_dropped +
               contexts_absent + contexts_delta + orphans + in_cycles + ends_before_start + never_ended ==
           0;
  }
};

}  // namespace strobe
