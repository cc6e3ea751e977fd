#include "store/sqlite/sessions.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <limits>

#include "base/bytes.h"
#include "codec/xxh3.h"
#include "store/sqlite/session_match.h"
#include "store/sqlite/start_range.h"
#include "store/summary.h"

namespace strobe::store {

namespace {
// A prefix may match very many names or traces that lead to no session.
constexpr size_t k_rows_looked_at_max = 10'000;

int64_t row_limit(size_t limit) {
  return static_cast<int64_t>(std::min<uint64_t>(limit, std::numeric_limits<int64_t>::max()));
}

void add_once(std::vector<SessionId>& found, const SessionId& id, size_t limit) {
  if (found.size() < limit && std::ranges::find(found, id) == found.end()) found.push_back(id);
}

// The smallest id whose hex begins with `hex` (lower case, at most 32 digits).
std::string first_with_prefix(std::string hex) {
  hex.resize(32, '0');
  return *from_hex(hex);
}

std::optional<std::string> hex_prefix(std::string_view text) {
  if (text.empty() || text.size() > 32) return std::nullopt;
  std::string hex;
  for (const char c : text) {
    if (std::isxdigit(static_cast<unsigned char>(c)) == 0) return std::nullopt;
    hex.push_back(static_cast<char>(std::tolower(static_cast<unsigned char>(c))));
  }
  return hex;
}
}  // namespace

std::string encode_numbers(const std::set<uint64_t>& numbers) {
  std::string json = "[";
  for (const uint64_t number : numbers) {
    if (json.size() > 1) json += ',';
    json += std::to_string(number);
  }
  return json + "]";
}

std::vector<uint64_t> decode_numbers(std::string_view json) {
  std::vector<uint64_t> numbers;
  const char* at = json.data();
  const char* const end = at + json.size();
  while (at != end) {
    uint64_t number = 0;
    const auto [next, error] = std::from_chars(at, end, number);
    if (error == std::errc()) numbers.push_back(number);
    at = next == at || error != std::errc() ? at + 1 : next;
  }
  return numbers;
}

Result<std::set<std::string>> Sessions::models_of(std::string_view json) {
  std::set<std::string> models;
  for (const uint64_t number : decode_numbers(json)) models.insert(TRY(names_.text(number)));
  return models;
}

Result<Store::SessionRow> Sessions::row(uint64_t number) {
  SessionPart head;
  {
    auto statement = TRY(core_.sql.use(Sql::session_head));
    statement->bind_all(number);
    if (!TRY(statement->step())) return fail(ErrorCode::not_found, "no session " + std::to_string(number));
    head.session = SessionId::from_bytes(statement->blob(0)).value_or(SessionId());
    head.session_namespace = TRY(names_.text(static_cast<uint64_t>(statement->int64(1))));
    head.key = TRY(names_.text(static_cast<uint64_t>(statement->int64(2))));
  }
  auto statement = TRY(core_.sql.use(Sql::part_list));
  statement->bind_all(number);
  std::vector<SessionPart> parts;
  TimeNs heard_of{std::numeric_limits<int64_t>::min()};
  while (TRY(statement->step())) {
    SessionPart part = head;
    int column = 0;
    const auto next = [&] { return statement->int64(column++); };
    part.trace_id = TraceId::from_bytes(statement->blob(column++)).value_or(TraceId());
    heard_of = std::max(heard_of, TimeNs{next()});
    part.agent = TRY(names_.text(static_cast<uint64_t>(next())));
    part.service = TRY(names_.text(static_cast<uint64_t>(next())));
    part.task = statement->text(column++);
    part.start = {next()};
    part.end = {next()};
    part.has_ended_root = next() != 0;
    part.root_status = static_cast<SpanStatus>(next());
    part.cancelled = next() != 0;
    for (auto field : {&SessionPart::spans, &SessionPart::steps, &SessionPart::llm_calls, &SessionPart::tool_calls,
                       &SessionPart::errors}) {
      part.*field = next();
    }
    part.models = TRY(models_of(statement->text(column++)));
    for (auto field : {&Usage::input, &Usage::cache_read, &Usage::cache_write, &Usage::output, &Usage::reasoning}) {
      part.usage.*field = next();
    }
    for (auto field :
         {&CostSum::pico_usd, &CostSum::reported, &CostSum::computed, &CostSum::partial, &CostSum::unpriced}) {
      part.cost.*field = next();
    }
    parts.push_back(std::move(part));
  }
  if (parts.empty()) return fail(ErrorCode::not_found, "no trace contributes to session " + head.session.hex());
  Store::SessionRow row = summarise(parts);
  row.heard_of = heard_of;
  return row;
}

Result<std::vector<Store::SessionRow>> Sessions::list(const SessionFilter& filter, SessionMatch& match) {
  std::vector<Store::SessionRow> rows;
  const StartRange range = start_range(filter.filter, filter.after);
  if (const auto only = match.only_session()) {
    Store::SessionRow found;
    if (filter.limit == 0 || *only == 0 || !TRY(match.session_and_parts_match(*only))) return rows;
    found = TRY(row(*only));
    if (range.contains(found.summary.start, found.summary.id)) rows.push_back(std::move(found));
    return rows;
  }
  auto statement = TRY(core_.sql.use(Sql::session_list));
  statement->bind_all(range.first_ns, range.last_ns, range.after_ns, sqlite::Blob{range.after_id});
  while (rows.size() < filter.limit && TRY(statement->step())) {
    const auto number = static_cast<uint64_t>(statement->int64(0));
    if (TRY(match.session_and_parts_match(number))) rows.push_back(TRY(row(number)));
  }
  return rows;
}

Result<std::optional<uint64_t>> Sessions::number_of(const SessionId& id) {
  auto statement = TRY(core_.sql.use(Sql::session_no));
  statement->bind_all(blob_of(id));
  const uint64_t number = TRY(first_number(std::move(statement)));
  return number == 0 ? std::nullopt : std::optional(number);
}

Result<std::vector<std::pair<uint64_t, TraceId>>> Sessions::traces(uint64_t number) {
  auto statement = TRY(core_.sql.use(Sql::part_traces));
  statement->bind_all(number);
  std::vector<std::pair<uint64_t, TraceId>> traces;
  while (TRY(statement->step())) {
    const auto id = TraceId::from_bytes(statement->blob(1));
    if (!id) return fail(ErrorCode::corrupt, "a stored trace id has a wrong length");
    traces.emplace_back(static_cast<uint64_t>(statement->int64(0)), *id);
  }
  return traces;
}

Result<uint64_t> Sessions::state(uint64_t number) {
  auto statement = TRY(core_.sql.use(Sql::part_states));
  statement->bind_all(number);
  std::string facts;
  ByteWriter writer(facts);
  writer.varint(core_.epoch);
  while (TRY(statement->step())) {
    for (int column = 0; column < statement->column_count(); ++column) writer.signed_varint(statement->int64(column));
  }
  return codec::xxh3_128(facts).low;
}

Result<void> Sessions::add_by_key(uint64_t key, size_t limit, std::vector<SessionId>& found) {
  auto statement = TRY(core_.sql.use(Sql::sessions_of_key));
  statement->bind_all(key, row_limit(limit));
  while (TRY(statement->step())) {
    if (const auto id = SessionId::from_bytes(statement->blob(0))) add_once(found, *id, limit);
  }
  return {};
}

Result<void> Sessions::add_by_key_prefix(std::string_view prefix, size_t limit, std::vector<SessionId>& found) {
  auto statement = TRY(core_.sql.use(Sql::names_from));
  statement->bind_all(sqlite::Text{prefix});
  for (size_t looked_at = 0; looked_at < k_rows_looked_at_max && found.size() < limit; ++looked_at) {
    if (!TRY(statement->step()) || !statement->text(1).starts_with(prefix)) break;
    TRY_VOID(add_by_key(static_cast<uint64_t>(statement->int64(0)), limit, found));
  }
  return {};
}

Result<void> Sessions::add_by_hex(std::string_view hex, size_t limit, std::vector<SessionId>& found) {
  const std::string first = first_with_prefix(std::string(hex));
  auto statement = TRY(core_.sql.use(Sql::session_ids_from));
  statement->bind_all(sqlite::Blob{first});
  while (found.size() < limit && TRY(statement->step())) {
    const auto id = SessionId::from_bytes(statement->blob(0));
    if (!id || !id->hex().starts_with(hex)) break;
    add_once(found, *id, limit);
  }
  return {};
}

Result<void> Sessions::add_by_trace_hex(std::string_view hex, size_t limit, std::vector<SessionId>& found) {
  const std::string first = first_with_prefix(std::string(hex));
  auto traces = TRY(core_.sql.use(Sql::trace_ids_from));
  traces->bind_all(sqlite::Blob{first});
  for (size_t looked_at = 0; looked_at < k_rows_looked_at_max && found.size() < limit; ++looked_at) {
    if (!TRY(traces->step()) || !to_hex(traces->blob(1)).starts_with(hex)) break;
    auto sessions = TRY(core_.sql.use(Sql::sessions_of_trace));
    sessions->bind_all(traces->int64(0), row_limit(limit));
    while (TRY(sessions->step())) {
      if (const auto id = SessionId::from_bytes(sessions->blob(0))) add_once(found, *id, limit);
    }
  }
  return {};
}

Result<std::vector<SessionId>> Sessions::find(std::string_view prefix, size_t limit) {
  std::vector<SessionId> found;
  if (prefix.empty() || limit == 0) return found;
  if (const auto key = TRY(names_.find(prefix))) TRY_VOID(add_by_key(*key, limit, found));
  // A key that was given in full means these sessions, whatever else begins like it.
  if (!found.empty()) return found;
  if (const auto hex = hex_prefix(prefix)) {
    TRY_VOID(add_by_hex(*hex, limit, found));
    TRY_VOID(add_by_trace_hex(*hex, limit, found));
  }
  TRY_VOID(add_by_key_prefix(prefix, limit, found));
  return found;
}

}  // namespace strobe::store
