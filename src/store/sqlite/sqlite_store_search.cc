#include "store/sqlite/sqlite_store_class.h"

// Full text.

namespace strobe::store {

using sqlite::TransactionKind;

Result<size_t> SqliteStore::index_some(size_t spans_max) {
  auto transaction = TRY(begin(TransactionKind::write));
  counters_.begin_writing();
  auto indexed = search_index_.index_some(spans_max);
  Result<void> done;
  if (!indexed) {
    done = std::unexpected(indexed.error());
  } else if (*indexed == 0) {
    return indexed;  // nothing was written
  } else {
    done = counters_.flush();
  }
  if (done) done = transaction.commit();
  if (done) return indexed;
  search_index_.forget();
  return std::unexpected(std::move(done).error().with_context("indexing texts"));
}

Result<IndexState> SqliteStore::index_state() {
  const auto snapshot = TRY(begin(TransactionKind::read));
  return search_.state();
}

Result<SearchAnswer> SqliteStore::search(const SearchRequest& request) {
  const auto snapshot = TRY(begin(TransactionKind::read));
  auto match = TRY(match_of(request.filter));
  return search_.find(request, match);
}

}  // namespace strobe::store
