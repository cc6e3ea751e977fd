#include "store/sqlite/search.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "store/sqlite/search_terms.h"

namespace strobe::store {

Result<IndexState> Search::state() {
  IndexState state;
  uint64_t until = 0;
  {
    auto statement = TRY(core_.sql.use(Sql::search_state));
    if (!TRY(statement->step())) return fail(ErrorCode::corrupt, "the text index does not say how far it is");
    until = static_cast<uint64_t>(statement->int64(0));
    state.spans_indexed = static_cast<uint64_t>(statement->int64(1));
    state.indexed_until = {statement->int64(2)};
  }
  const uint64_t last = TRY(first_number(core_.sql, Sql::span_last));
  state.spans_waiting = (last > until ? last - until : 0) + TRY(first_number(core_.sql, Sql::search_again_count));
  return state;
}

Result<bool> Search::places_of(const std::string& expression, std::vector<Place>& places) {
  auto texts = TRY(core_.sql.use(Sql::search_texts));
  texts->bind_all(sqlite::Text{expression}, k_texts_max + 1);
  size_t texts_seen = 0;
  while (TRY(texts->step())) {
    if (++texts_seen > k_texts_max || places.size() >= k_places_max) return true;
    const auto text = static_cast<uint64_t>(texts->int64(0));
    auto statement = TRY(core_.sql.use(Sql::search_places));
    statement->bind_all(text, k_places_max);
    while (TRY(statement->step())) {
      places.push_back({.number = static_cast<uint64_t>(statement->int64(0)),
                        .text = text,
                        .span = static_cast<uint64_t>(statement->int64(1)),
                        .session = static_cast<uint64_t>(statement->int64(3)),
                        .start_ns = statement->int64(2)});
    }
  }
  return false;
}

Result<std::vector<uint64_t>> Search::sessions_with(std::string_view text) {
  std::vector<Place> places;
  TRY_VOID(places_of(TRY(search_expression(text)), places));
  std::set<uint64_t> sessions;
  for (const Place& place : places) sessions.insert(place.session);
  return std::vector<uint64_t>(sessions.begin(), sessions.end());
}

Result<void> Search::drop_page_before(uint64_t after, std::vector<Place>& places) {
  const auto last = std::ranges::find(places, after, &Place::number);
  if (last == places.end()) {
    return fail(ErrorCode::invalid, "there is no hit " + std::to_string(after) + " (any more)",
                "begin the search again");
  }
  places.erase(places.begin(), last + 1);
  return {};
}

Result<SearchHit> Search::hit_of(const Place& place, const std::string& expression) {
  SearchHit hit{.number = place.number};
  {
    auto span = TRY(core_.sql.use(Sql::search_span_head));
    span->bind_all(place.span);
    if (!TRY(span->step())) return fail(ErrorCode::corrupt, "the text index names a span that is not there");
    const auto trace_id = TraceId::from_bytes(span->blob(0));
    if (!trace_id) return fail(ErrorCode::corrupt, "a stored trace id has a wrong length");
    hit.trace_id = *trace_id;
    hit.span_id = span_id_of(span->int64(1));
    hit.time = {span->int64(2)};
    hit.span_kind = static_cast<Kind>(span->int64(3));
    hit.span_name = TRY(names_.text(static_cast<uint64_t>(span->int64(4))));
  }
  {
    auto session = TRY(core_.sql.use(Sql::session_head));
    session->bind_all(place.session);
    if (TRY(session->step())) hit.session = SessionId::from_bytes(session->blob(0)).value_or(SessionId());
  }
  // A damaged text is shown as none, rather than nothing for all hits.
  const SearchText text = source_.read(place.text).value_or(SearchText());
  Snippet snippet = TRY(highlight_.snippet(text.text(), expression));
  hit.text = std::move(snippet.text);
  hit.matches = std::move(snippet.matches);
  return hit;
}

Result<SearchAnswer> Search::find(const SearchRequest& request, SessionMatch& match) {
  const std::string expression = TRY(search_expression(request.text));
  SearchAnswer answer;
  std::vector<Place> places;
  answer.incomplete = TRY(places_of(expression, places));
  // A text stands in a session once, where it came first, even if it was indexed while its spans were elsewhere.
  std::ranges::sort(places, {}, [](const Place& place) {
    return std::tuple(place.text, place.session, place.start_ns, place.number);
  });
  const auto repeats =
      std::ranges::unique(places, {}, [](const Place& place) { return std::pair(place.text, place.session); });
  places.erase(repeats.begin(), repeats.end());
  std::ranges::sort(places, std::greater(), [](const Place& place) { return std::pair(place.start_ns, place.number); });
  if (request.after) TRY_VOID(drop_page_before(*request.after, places));
  const Filter& filter = request.filter;
  for (const Place& place : places) {
    if (filter.until && place.start_ns >= filter.until->ns) continue;
    if (filter.since && place.start_ns < filter.since->ns) break;
    if (place.session == 0 || !TRY(match.session_and_parts_match(place.session))) continue;
    if (answer.hits.size() == request.limit) {
      if (!answer.hits.empty()) answer.next = answer.hits.back().number;
      break;
    }
    answer.hits.push_back(TRY(hit_of(place, expression)));
  }
  return answer;
}

}  // namespace strobe::store
