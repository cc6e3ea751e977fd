#include "store/sqlite/core.h"

#include "base/assert.h"

namespace strobe::store {

Result<bool> Core::refresh() {
  const auto version = static_cast<int64_t>(TRY(first_number(sql, Sql::data_version)));
  if (version == data_version_ && epoch != 0) return false;
  const uint64_t found = TRY(first_number(sql, Sql::epoch));
  if (found == 0) return fail(ErrorCode::corrupt, "the store has no epoch");
  data_version_ = version;
  const bool changed = found != epoch;
  epoch = found;
  return changed;
}

Result<uint64_t> NextNumber::take() {
  if (next_ == 0) next_ = TRY(first_number(core_.sql, last_)) + 1;
  return next_++;
}

Result<uint64_t> first_number(sqlite::Lease statement) {
  if (!TRY(statement->step()) || statement->is_null(0)) return uint64_t{0};
  return static_cast<uint64_t>(statement->int64(0));
}

Result<uint64_t> first_number(Statements& statements, Sql sql) {
  auto statement = TRY(statements.use(sql));
  return first_number(std::move(statement));
}

int64_t number_of_bytes(std::string_view bytes) {
  STROBE_ASSERT(bytes.size() >= 8);
  uint64_t number = 0;
  for (size_t i = 0; i < 8; ++i) number = number << 8 | static_cast<uint8_t>(bytes[i]);
  return static_cast<int64_t>(number);
}

SpanId span_id_of(int64_t number) {
  SpanId id;
  auto rest = static_cast<uint64_t>(number);
  for (size_t i = 8; i > 0; --i, rest >>= 8) id.bytes[i - 1] = static_cast<uint8_t>(rest);
  return id;
}

}  // namespace strobe::store
