#include <chrono>
#include <string>
#include <string_view>

#include "base/assert.h"
#include "sqlite/database.h"

// Any text as the statement of `strobe sql`: it answers, or is refused, within its limits, and the database is the same
// afterwards.

namespace strobe::sqlite {
namespace {

constexpr SelectLimits k_limits{
    .rows_max = 100, .bytes_max = size_t{1} << 20, .time_max = std::chrono::milliseconds(100)};

Database make() {
  auto database = Database::open(":memory:", OpenMode::create);
  STROBE_ASSERT(database.has_value());
  database->harden();
  STROBE_ASSERT(
      database->execute("CREATE TABLE session(id INTEGER PRIMARY KEY, name TEXT, cost REAL);"
                        "INSERT INTO session(name, cost) VALUES('one', 1.5), ('two', NULL), (x'ff00', 3);"
                        "CREATE VIEW sessions AS SELECT name FROM session"));
  return std::move(*database);
}

std::string state_of(Database& database) {
  const auto content = database.text("SELECT group_concat(id || quote(name) || quote(cost)) FROM session");
  const auto schema = database.text("SELECT group_concat(sql) FROM sqlite_master");
  const auto settings = database.number("PRAGMA user_version");
  STROBE_ASSERT(content && schema && settings);
  return *content + *schema + std::to_string(*settings);
}

void check(const uint8_t* data, size_t size) {
  static Database database = make();
  static const std::string before = state_of(database);
  const auto answer = select(database, {reinterpret_cast<const char*>(data), size}, k_limits);
  if (answer) {
    STROBE_ASSERT(answer->rows.size() <= k_limits.rows_max + 1);
    for (const auto& row : answer->rows) STROBE_ASSERT(row.size() == answer->columns.size());
  }
  STROBE_ASSERT(!database.in_transaction());
  STROBE_ASSERT(state_of(database) == before);
}

}  // namespace
}  // namespace strobe::sqlite

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  strobe::sqlite::check(data, size);
  return 0;
}
