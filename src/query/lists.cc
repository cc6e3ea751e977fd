#include "query/lists.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/whole_number.h"
#include "query/query.h"

namespace strobe::query {

namespace {

constexpr char k_session_letter = 's';
constexpr char k_trace_letter = 't';

template <typename Cursor>
std::string encode(char letter, const Cursor& cursor) {
  return letter + std::to_string(cursor.start.ns) + "." + cursor.id.hex();
}

template <typename Cursor>
Result<Cursor> decode(char letter, std::string_view text) {
  const auto wrong = [&] { return fail(ErrorCode::invalid, "'" + std::string(text) + "' is no cursor of this list"); };
  const size_t dot = text.find('.');
  if (text.empty() || text.front() != letter || dot == std::string_view::npos) return wrong();
  const auto start_ns = whole_number<int64_t>(text.substr(1, dot - 1));
  const auto id = decltype(Cursor::id)::from_hex(text.substr(dot + 1));
  if (!start_ns || !id) return wrong();
  return Cursor{TimeNs{*start_ns}, *id};
}

// One row more than the page holds is asked for, which tells whether there is a next page.
constexpr size_t rows_to_ask_for(size_t limit) { return limit == SIZE_MAX ? limit : std::max<size_t>(limit, 1) + 1; }

template <typename Row>
Page<Row> page_of(std::vector<Row> rows, size_t limit, std::string (*cursor_of)(const Row&)) {
  Page<Row> page{.rows = std::move(rows), .next = {}};
  const size_t rows_max = std::max<size_t>(limit, 1);
  if (page.rows.size() <= rows_max) return page;
  page.rows.resize(rows_max);
  page.next = cursor_of(page.rows.back());
  return page;
}

constexpr std::array<std::pair<std::string_view, StatsBy>, 5> k_stats_by = {{{"model", StatsBy::model},
                                                                             {"tool", StatsBy::tool},
                                                                             {"agent", StatsBy::agent},
                                                                             {"session", StatsBy::session},
                                                                             {"day", StatsBy::day}}};

}  // namespace

std::string encode_cursor(const store::SessionCursor& cursor) { return encode(k_session_letter, cursor); }
std::string encode_cursor(const store::TraceFilter::Cursor& cursor) { return encode(k_trace_letter, cursor); }

Result<store::SessionCursor> decode_session_cursor(std::string_view text) {
  return decode<store::SessionCursor>(k_session_letter, text);
}
Result<store::TraceFilter::Cursor> decode_trace_cursor(std::string_view text) {
  return decode<store::TraceFilter::Cursor>(k_trace_letter, text);
}

Result<Page<SessionSummary>> list_sessions_page(store::Store& store, const store::Filter& filter,
                                                std::string_view after, size_t limit) {
  store::SessionFilter asked{.filter = filter, .after = {}, .limit = rows_to_ask_for(limit)};
  if (!after.empty()) asked.after = TRY(decode_session_cursor(after));
  auto rows = TRY(list_sessions(store, asked, filter.now));
  return page_of<SessionSummary>(std::move(rows), limit, [](const SessionSummary& row) {
    return encode_cursor(store::SessionCursor{.start = row.start, .id = row.id});
  });
}

Result<Page<TraceRow>> list_traces_page(store::Store& store, const store::Filter& filter, std::string_view after,
                                        size_t limit) {
  store::TraceFilter asked{.filter = filter, .after = {}, .limit = rows_to_ask_for(limit)};
  if (!after.empty()) asked.after = TRY(decode_trace_cursor(after));
  auto rows = TRY(store.traces(asked));
  return page_of<TraceRow>(std::move(rows), limit, [](const TraceRow& row) {
    return encode_cursor(store::TraceFilter::Cursor{.start = row.start, .id = row.id});
  });
}

Result<StatsBy> stats_by_of(std::string_view name) {
  for (const auto& [known, by] : k_stats_by) {
    if (known == name) return by;
  }
  return fail(ErrorCode::invalid, "'" + std::string(name) + "' is none of model, tool, agent, session, day");
}

Result<std::vector<StatsRow>> stats(store::Store& store, StatsBy by, const store::Filter& filter) {
  return store.stats(by, filter);
}

Result<std::vector<store::MetricPointRow>> metric_points(store::Store& store, const store::MetricFilter& filter) {
  return store.metric_points(filter);
}

}  // namespace strobe::query
