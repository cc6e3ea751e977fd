#include "store/sqlite/sqlite_store_class.h"

namespace strobe::store {

using sqlite::TransactionKind;

// Counts itself in and out; the last one out ends the transaction.
class SqliteReadScope : public Store::ReadScope {
 public:
  explicit SqliteReadScope(SqliteStore& store) : store_(store) { ++store_.read_scopes_; }
  ~SqliteReadScope() override {
    if (--store_.read_scopes_ == 0) store_.scope_transaction_.reset();
  }
  SqliteReadScope(const SqliteReadScope&) = delete;
  SqliteReadScope& operator=(const SqliteReadScope&) = delete;

 private:
  SqliteStore& store_;
};

Result<std::unique_ptr<Store::ReadScope>> SqliteStore::read_scope() {
  // begin() looks at the file's version, which takes the snapshot.
  if (read_scopes_ == 0) scope_transaction_.emplace(TRY(begin(TransactionKind::read)));
  return std::make_unique<SqliteReadScope>(*this);
}

}  // namespace strobe::store
