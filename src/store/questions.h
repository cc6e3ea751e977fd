#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/ids.h"
#include "base/time.h"
#include "model/kind.h"
#include "model/lists.h"
#include "model/span.h"

// What can be asked of a store in lists, sums and searches, and how it answers.

namespace strobe::store {

using strobe::SearchHit;
using strobe::StatsBy;
using strobe::StatsRow;
using strobe::TraceRow;

// What a list, a sum or a search is about. All conditions must hold; those left out do not restrict. Names are compared
// ignoring case; one that holds no `*` or `?` matches where it occurs anywhere in the name ("gpt-4o" finds
// "gpt-4o-2024-08-06"), else it is a pattern for the whole name.
struct Filter {
  std::optional<TimeNs> since,
      until;  // since <= start < until, of sessions (spans of `stats` and hits of `search` too)
  std::string agent;
  std::string model;
  std::optional<SessionStatus> status;
  std::optional<SessionId> session;
  std::string search;  // sessions in which this text occurs: see SearchRequest::text
  TimeNs now;          // as of when a status is; must be set when `status` is
};

// The place in a list, newest first, behind which the next page begins.
struct SessionCursor {
  TimeNs start;
  SessionId id;
};

struct SessionFilter {
  Filter filter = {};
  std::optional<SessionCursor> after;
  size_t limit = SIZE_MAX;
};

struct TraceFilter {
  Filter filter = {};
  struct Cursor {
    TimeNs start;
    TraceId id;
  };
  std::optional<Cursor> after;  // newest first
  size_t limit = SIZE_MAX;
};

// A metric data point as it was received. `number` is its place in the order of arrival.
struct MetricPointRow {
  uint64_t number = 0;
  TimeNs time;
  std::string name;
  std::string service;
  std::string metric;  // OTLP Metric message with one point
  uint64_t resource = 0;
  uint64_t scope = 0;
};
struct MetricFilter {
  std::optional<TimeNs> since, until;
  std::string name;  // compared like those of Filter
  std::string service;
  size_t limit = SIZE_MAX;  // newest first
};

// A log record read back; numbers as in StoredSpan. raw_log() makes the record of it.
struct StoredLog {
  uint64_t number = 0;
  std::optional<TraceId> trace_id;
  std::optional<SpanId> span_id;
  TimeNs time;
  std::string event_name;
  std::string service;
  std::string packed;
  std::vector<uint64_t> refs;
  uint64_t resource = 0;
  uint64_t scope = 0;
  int64_t repeats = 0;  // how many more times the very same record arrived
};

// `search`. Text: words (all must occur in one text, any order), "several words" (a phrase), word* (a beginning). A
// text is a message without its long parts, one of these (from 256 bytes on), or what stands in a span itself.
struct SearchRequest {
  std::string text;
  Filter filter = {};
  std::optional<uint64_t> after;  // SearchHit::number of the last hit of the page before
  size_t limit = 20;
};
struct SearchAnswer {
  std::vector<SearchHit> hits;
  std::optional<uint64_t> next;  // for SearchRequest::after
  bool incomplete = false;       // so many texts match that the oldest were not looked at
};
// How far the text index is. Spans are indexed in the order of their arrival, some time after they are acknowledged.
struct IndexState {
  uint64_t spans_indexed = 0;
  uint64_t spans_waiting = 0;
  TimeNs indexed_until;  // the latest start of an indexed span; zero: none is
};

}  // namespace strobe::store
