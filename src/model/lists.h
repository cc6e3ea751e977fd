#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/ids.h"
#include "base/time.h"
#include "model/kind.h"
#include "model/span.h"

// Rows of lists and sums: a store works them out, views print them.

namespace strobe {

// One trace as a list shows it.
struct TraceRow {
  TraceId id;
  SessionId session;      // the one most of its spans belong to; zero: not derived yet
  std::string root_name;  // of its earliest span without a parent; empty: there is none (yet)
  std::string service;    // of that span, else of its earliest
  TimeNs start, end;
  int64_t spans = 0;
  int64_t errors = 0;
  int64_t tokens = 0;  // of counted calls
};

// Where a text stands: the span that brought it into a session first. One text that comes again and again is one hit a
// session.
struct SearchHit {
  uint64_t number = 0;  // names the hit, for the next page. Hits come newest first, by `time`
  SessionId session;
  TraceId trace_id;
  SpanId span_id;
  std::string span_name;
  Kind span_kind = Kind::span;
  TimeNs time;       // start of that span
  std::string text;  // around the first place that matches, cut at characters
  // Ranges of `text` that match: offset and length in bytes, ascending.
  std::vector<std::pair<uint32_t, uint32_t>> matches;
};

// `stats`: one row a model, tool, agent, session or day (UTC). Calls are counted LLM and embedding calls; by tool they
// are tool spans.
enum class StatsBy { model, tool, agent, session, day };
struct StatsRow {
  std::string key;  // "" when the spans do not say; a session's id as 32 hex digits; a day as 2026-01-30
  int64_t calls = 0;
  int64_t errors = 0;
  Usage usage;
  int64_t cost_pico_usd = 0;
  CostKind cost_kind = CostKind::unpriced;  // by the rule of CostSum::kind()
  DurationNs total, p50, p95, p99;          // of the calls' durations; percentiles by nearest rank
};

}  // namespace strobe
