#include "store/sqlite/span_columns.h"

#include "base/bytes.h"
#include "store/sqlite/core.h"

namespace strobe::store {

namespace {
// Bits of the column rollup.
constexpr int64_t k_is_rollup = 1;
constexpr int64_t k_is_side_call = 2;

// What is zero or empty is stored as NULL: trailing ones take no space, others one byte.
std::optional<int64_t> unless_zero(int64_t value) { return value == 0 ? std::nullopt : std::optional(value); }
std::optional<int64_t> unless_zero(uint64_t value) { return unless_zero(static_cast<int64_t>(value)); }
std::optional<sqlite::Text> unless_empty_text(std::string_view text) {
  return text.empty() ? std::nullopt : std::optional(sqlite::Text{text});
}
std::optional<sqlite::Blob> unless_empty_blob(std::string_view bytes) {
  return bytes.empty() ? std::nullopt : std::optional(sqlite::Blob{bytes});
}

// Wraps instead of overflowing: reading adds it to the start again.
int64_t wrapping_difference(int64_t a, int64_t b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) - static_cast<uint64_t>(b));
}
int64_t wrapping_sum(int64_t a, int64_t b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) + static_cast<uint64_t>(b));
}

void bind_usage(sqlite::Statement& statement, int index, const SpanFacts& facts) {
  if (!facts.has_usage) return;
  const Usage& usage = facts.usage;
  for (const int64_t count : {usage.input, usage.cache_read, usage.cache_write, usage.output, usage.reasoning}) {
    statement.bind(index++, count);
  }
}

std::vector<std::string> decode_texts(std::string_view bytes) {
  std::vector<std::string> texts;
  ByteReader reader(bytes);
  while (reader.ok() && !reader.at_end()) texts.emplace_back(reader.bytes());
  return texts;
}
}  // namespace

std::string encode_texts(const std::vector<std::string>& texts) {
  std::string bytes;
  ByteWriter writer(bytes);
  for (const std::string& text : texts) writer.bytes(text);
  return bytes;
}

void bind_span(sqlite::Statement& statement, const SpanRow& row) {
  const SpanFacts& facts = *row.facts;
  statement.bind_all(row.trace, number_of_bytes(facts.span_id.view()), facts.start.ns,
                     wrapping_difference(facts.end.ns, facts.start.ns), row.hash, facts.kind, facts.status, facts.rank,
                     row.setting, row.name, unless_zero(number_of_bytes(facts.parent_span_id.view())),
                     sqlite::Blob{row.packed}, unless_empty_blob(row.refs), unless_zero(row.tool_name),
                     unless_empty_text(facts.tool_call_id), unless_zero(row.session_key), row.context,
                     unless_zero(static_cast<int64_t>(facts.basis)));
  bind_usage(statement, 19, facts);
  statement.bind(24, unless_empty_text(facts.response_id));
  statement.bind(25, unless_empty_blob(row.requested_calls));
  statement.bind(26, unless_zero(facts.cost_pico_usd));
  statement.bind(27, unless_zero(static_cast<int64_t>(facts.cost_kind)));
  statement.bind(28, facts.ttft ? std::optional(facts.ttft->ns) : std::nullopt);
  statement.bind(29, unless_zero(row.error_type));
  statement.bind(30, unless_zero((facts.is_rollup ? k_is_rollup : 0) | (facts.is_side_call ? k_is_side_call : 0)));
  statement.bind(31, unless_zero(int64_t{facts.cancelled}));
  statement.bind(32, unless_zero(int64_t{facts.exit_code}));
}

Result<SpanFacts> read_span_facts(const sqlite::Statement& statement, const TraceId& trace, Names& names,
                                  Settings& settings) {
  SpanFacts facts;
  facts.trace_id = trace;
  facts.span_id = span_id_of(statement.int64(0));
  facts.start = {statement.int64(1)};
  facts.end = {wrapping_sum(facts.start.ns, statement.int64(2))};
  facts.kind = static_cast<Kind>(statement.int64(3));
  facts.status = static_cast<SpanStatus>(statement.int64(4));
  facts.rank = static_cast<SpanRank>(statement.int64(5));
  Settings::apply(*TRY(settings.read(static_cast<uint64_t>(statement.int64(k_column_setting)))), facts);
  const auto name_at = [&](int column) { return names.text(static_cast<uint64_t>(statement.int64(column))); };
  facts.name = TRY(name_at(7));
  facts.parent_span_id = span_id_of(statement.int64(8));
  facts.tool_name = TRY(name_at(9));
  facts.tool_call_id = statement.text(10);
  facts.session_key = TRY(name_at(11));
  facts.basis = static_cast<ContextBasis>(statement.int64(12));
  facts.has_usage = !statement.is_null(13);
  facts.usage = {.input = statement.int64(13),
                 .cache_read = statement.int64(14),
                 .cache_write = statement.int64(15),
                 .output = statement.int64(16),
                 .reasoning = statement.int64(17)};
  facts.response_id = statement.text(18);
  facts.requested_tool_call_ids = decode_texts(statement.blob(19));
  facts.cost_pico_usd = statement.int64(20);
  facts.cost_kind = static_cast<CostKind>(statement.int64(21));
  if (!statement.is_null(22)) facts.ttft = DurationNs{statement.int64(22)};
  facts.error_type = TRY(name_at(23));
  facts.is_rollup = (statement.int64(24) & k_is_rollup) != 0;
  facts.is_side_call = (statement.int64(24) & k_is_side_call) != 0;
  facts.cancelled = statement.int64(25) != 0;
  facts.exit_code = static_cast<int32_t>(statement.int64(26));
  facts.input_context = ContextId::from_bytes(statement.blob(27));
  return facts;
}

}  // namespace strobe::store
