#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "base/result.h"
#include "model/lists.h"
#include "model/raw.h"
#include "model/session.h"
#include "store/store.h"

// Lists and sums, for commands and for the server. What they are about is a store::Filter; its `now` must be set.

namespace strobe::query {

// A page of a list and the cursor of the next one; no cursor: this was the last.
template <typename Row>
struct Page {
  std::vector<Row> rows;
  std::optional<std::string> next;
};

// Newest first. `after` is the cursor of an earlier page, an opaque text of letters, digits, '.' and '-'; empty: from
// the newest on. At most `limit` rows; 0 counts as 1. Errors: invalid (no cursor of this list), and what the store
// says.
Result<Page<SessionSummary>> list_sessions_page(store::Store& store, const store::Filter& filter,
                                                std::string_view after, size_t limit);
Result<Page<TraceRow>> list_traces_page(store::Store& store, const store::Filter& filter, std::string_view after,
                                        size_t limit);

// The cursors by themselves. Errors: invalid.
std::string encode_cursor(const store::SessionCursor& cursor);
std::string encode_cursor(const store::TraceFilter::Cursor& cursor);
Result<store::SessionCursor> decode_session_cursor(std::string_view text);
Result<store::TraceFilter::Cursor> decode_trace_cursor(std::string_view text);

// "model", "tool", "agent", "session", "day". Errors: invalid, naming them.
Result<StatsBy> stats_by_of(std::string_view name);
Result<std::vector<StatsRow>> stats(store::Store& store, StatsBy by, const store::Filter& filter);

// Metric points, newest first. The caller decodes `metric` (room otlp) and gives it the resource and scope below.
Result<std::vector<store::MetricPointRow>> metric_points(store::Store& store, const store::MetricFilter& filter);

// A stored resource or scope, unpacked into the arena. Errors: not_found, corrupt.
Result<const RawResource*> raw_resource(store::Store& store, uint64_t number, Arena& arena);
Result<const RawScope*> raw_scope(store::Store& store, uint64_t number, Arena& arena);
// The log record exactly as it arrived, with resource and scope, in the arena's memory. Errors: corrupt, and what the
// store says.
Result<RawLog> raw_log(store::Store& store, const store::StoredLog& log, Arena& arena);

}  // namespace strobe::query
