#include "store/sqlite/migrations.h"

namespace strobe::store {

// What derivation made of costs beside what spans report. place: null where the span's own columns say it. Every trace
// is derived again, so that what was recorded before is priced as well.
Result<void> add_costs(sqlite::Database& database) {
  return database.execute(R"sql(
ALTER TABLE place ADD COLUMN cost_kind INTEGER;
ALTER TABLE place ADD COLUMN cost_pico_usd INTEGER;
ALTER TABLE part RENAME COLUMN priced_calls TO reported_calls;
ALTER TABLE part ADD COLUMN computed_calls INTEGER NOT NULL DEFAULT 0;
ALTER TABLE part ADD COLUMN partial_calls INTEGER NOT NULL DEFAULT 0;
UPDATE trace SET dirty_since_ns = coalesce(dirty_since_ns, heard_of_ns);
)sql");
}

}  // namespace strobe::store
