#include "base/whole_number.h"
#include "query/lists.h"
#include "server/api_error.h"
#include "server/api_routes.h"
#include "view/search_text.h"
#include "view/stats_view.h"
#include "view/trace_list.h"

namespace strobe::server {

namespace {

Result<std::optional<uint64_t>> hit_of_cursor(std::string_view cursor) {
  if (cursor.empty()) return std::nullopt;
  if (const auto number = whole_number<uint64_t>(cursor, 0, INT64_MAX)) return number;
  return fail(ErrorCode::invalid, "this is no cursor of a search", "use next_cursor of the page before");
}

}  // namespace

Result<net::Response> list_traces(const ApiCall& call) {
  const auto page =
      TRY(query::list_traces_page(call.store, TRY(filter_of(call)), call.arguments.text("cursor"), limit_of(call)));
  json::Writer writer;
  writer.begin_object().key("traces").begin_array();
  for (const TraceRow& trace : page.rows) view::write_trace(writer, trace);
  writer.end_array();
  write_next_cursor(writer, page.next);
  writer.end_object();
  return api_answer(writer.take());
}

Result<net::Response> search(const ApiCall& call) {
  store::SearchRequest request{.text = std::string(call.arguments.text("q"))};
  request.after = TRY(hit_of_cursor(call.arguments.text("cursor")));
  request.filter = TRY(filter_of(call));
  request.limit = limit_of(call);
  const auto answer = TRY(call.store.search(request));
  json::Writer writer;
  writer.begin_object().key("hits").begin_array();
  for (const auto& hit : answer.hits) view::write_hit(writer, hit);
  writer.end_array();
  write_next_cursor(writer, answer.next ? std::optional(std::to_string(*answer.next)) : std::nullopt);
  writer.end_object();
  return api_answer(writer.take());
}

Result<net::Response> stats(const ApiCall& call) {
  const StatsBy by = TRY(query::stats_by_of(call.arguments.has("by") ? call.arguments.text("by") : "model"));
  const auto rows = TRY(query::stats(call.store, by, TRY(filter_of(call))));
  json::Writer writer;
  writer.begin_object();
  writer.key("by").string(view::name_of(by));
  writer.key("rows").begin_array();
  for (const StatsRow& row : rows) view::write_stats_row(writer, by, row);
  writer.end_array();
  writer.end_object();
  return api_answer(writer.take());
}

}  // namespace strobe::server
