#include "store/sqlite/sqlite_store_class.h"

// Lists and sums.

namespace strobe::store {

using sqlite::TransactionKind;

Result<std::vector<TraceRow>> SqliteStore::traces(const TraceFilter&) { return fail(ErrorCode::unavailable, "not built yet"); }
Result<std::vector<MetricPointRow>> SqliteStore::metric_points(const MetricFilter&) { return fail(ErrorCode::unavailable, "not built yet"); }
Result<std::vector<StoredLog>> SqliteStore::logs_of_trace(const TraceId&) { return fail(ErrorCode::unavailable, "not built yet"); }
Result<std::vector<StatsRow>> SqliteStore::stats(StatsBy, const Filter&) { return fail(ErrorCode::unavailable, "not built yet"); }

}  // namespace strobe::store
