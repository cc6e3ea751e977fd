#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/ids.h"
#include "base/result.h"
#include "codec/zstd.h"
#include "sqlite/database.h"
#include "store/sqlite/statements.h"

namespace strobe::store {

// Bytes of a random id that its index holds; statements.cc and the schema say substr(id, 1, 6).
inline constexpr size_t k_id_index_bytes = 6;
template <typename Id>
sqlite::Blob index_bytes(const Id& id) {
  return {id.view().substr(0, k_id_index_bytes)};
}
template <typename Id>
sqlite::Blob blob_of(const Id& id) {
  return {id.view()};
}

// What all tables share. Not copyable; belongs to the store's thread.
struct Core {
  Core(sqlite::Database opened, const Clock& wall_clock) : db(std::move(opened)), sql(db), clock(wall_clock) {}

  sqlite::Database db;
  Statements sql;
  codec::BlobCodec codec;
  const Clock& clock;
  // Of the file, never zero once read; changes when somebody removed rows, and then every remembered number is void.
  uint64_t epoch = 0;

  // Looks whether another process changed the file, and if so at the epoch. True: the epoch is another one than before.
  // Within a transaction the answer holds until its end.
  Result<bool> refresh();

 private:
  int64_t data_version_ = 0;
};

// Numbers that are handed out by us rather than by SQLite, because they are needed before the row is written.
class NextNumber {
 public:
  NextNumber(Core& core, Sql last) : core_(core), last_(last) {}
  // To be called inside a write transaction. `reset` at the start of each: others write too.
  Result<uint64_t> take();
  void reset() { next_ = 0; }

 private:
  Core& core_;
  const Sql last_;
  uint64_t next_ = 0;
};

// The first number that a query gives, or 0 when there is no row or it is null. Resets the statement.
Result<uint64_t> first_number(sqlite::Lease statement);
// The same for a statement without parameters.
Result<uint64_t> first_number(Statements& statements, Sql sql);

// The first eight bytes as one big-endian number, and back.
int64_t number_of_bytes(std::string_view bytes);
SpanId span_id_of(int64_t number);

}  // namespace strobe::store
