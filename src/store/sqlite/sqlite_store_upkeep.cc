#include "store/sqlite/sqlite_store_class.h"

// Living with a store.

namespace strobe::store {

using sqlite::TransactionKind;

Result<PruneReport> SqliteStore::prune(const PruneRequest&, const Progress&) { return fail(ErrorCode::unavailable, "not built yet"); }
Result<void> SqliteStore::backup(const std::string&, const Progress&) { return fail(ErrorCode::unavailable, "not built yet"); }
Result<Health> SqliteStore::examine(const Progress&) { return fail(ErrorCode::unavailable, "not built yet"); }
Result<std::vector<TraceId>> SqliteStore::traces_behind(int, size_t) { return fail(ErrorCode::unavailable, "not built yet"); }
Result<std::vector<StoredSpan>> SqliteStore::spans_of_trace(const TraceId&) { return fail(ErrorCode::unavailable, "not built yet"); }
Result<void> SqliteStore::replace(Batch&) { return fail(ErrorCode::unavailable, "not built yet"); }

}  // namespace strobe::store
