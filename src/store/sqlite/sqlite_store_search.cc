#include "store/sqlite/sqlite_store_class.h"

// Full text.

namespace strobe::store {

using sqlite::TransactionKind;

Result<size_t> SqliteStore::index_some(size_t) { return size_t{0}; }
Result<IndexState> SqliteStore::index_state() { return fail(ErrorCode::unavailable, "not built yet"); }
Result<SearchAnswer> SqliteStore::search(const SearchRequest&) { return fail(ErrorCode::unavailable, "not built yet"); }

}  // namespace strobe::store
