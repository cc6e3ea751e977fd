#include "store/sqlite/names.h"

#include "codec/sha256.h"
#include "store/sqlite/sealed.h"

namespace strobe::store {

namespace {
constexpr size_t k_hints_max = 20'000;
constexpr size_t k_packed_hints_max = 2'000;
// Longer ones are rare, and remembering them could take much memory.
constexpr size_t k_remembered_bytes_max = 1024;
constexpr size_t k_remembered_packed_bytes_max = 16 * 1024;
constexpr size_t k_hash_bytes = 16;
}  // namespace

Names::Names(Core& core) : core_(core), numbers_(k_hints_max), texts_(k_hints_max) {}

void Names::forget() {
  numbers_.clear();
  texts_.clear();
}

void Names::remember(std::string_view text, uint64_t number) {
  if (text.size() <= k_remembered_bytes_max) numbers_.remember(std::string(text), number);
}

Result<std::optional<uint64_t>> Names::find(std::string_view text) {
  if (text.empty()) return uint64_t{0};
  if (const uint64_t* hint = numbers_.find(text)) return *hint;
  auto statement = TRY(core_.sql.use(Sql::name_find));
  statement->bind_all(sqlite::Text{text});
  if (!TRY(statement->step())) return std::optional<uint64_t>();
  const auto number = static_cast<uint64_t>(statement->int64(0));
  remember(text, number);
  return number;
}

Result<uint64_t> Names::intern(std::string_view text) {
  if (const auto found = TRY(find(text))) return *found;
  auto statement = TRY(core_.sql.use(Sql::name_add));
  statement->bind_all(sqlite::Text{text});
  TRY_VOID(statement->run());
  const auto number = static_cast<uint64_t>(core_.db.last_insert_rowid());
  remember(text, number);
  return number;
}

Result<std::string> Names::text(uint64_t number) {
  if (number == 0) return std::string();
  if (const std::string* hint = texts_.find(number)) return *hint;
  auto statement = TRY(core_.sql.use(Sql::name_text));
  statement->bind_all(number);
  if (!TRY(statement->step())) return fail(ErrorCode::corrupt, "no name " + std::to_string(number));
  std::string text(statement->text(0));
  if (text.size() <= k_remembered_bytes_max) texts_.remember(number, text);
  return text;
}

PackedTable::PackedTable(Core& core, Statements statements)
    : core_(core), statements_(statements), numbers_(k_packed_hints_max) {}

void PackedTable::forget() {
  numbers_.clear();
  last_packed_.clear();
  last_number_ = 0;
}

Result<uint64_t> PackedTable::intern(const std::string& packed) {
  if (last_number_ != 0 && packed == last_packed_) return last_number_;
  uint64_t number = 0;
  if (const uint64_t* hint = numbers_.find(packed)) number = *hint;
  if (number == 0) {
    const Hash256 hash = codec::sha256(packed);
    const sqlite::Blob key{hash.view().substr(0, k_hash_bytes)};
    auto find = TRY(core_.sql.use(statements_.find));
    find->bind_all(key);
    number = TRY(first_number(std::move(find)));
    if (number == 0) {
      const std::string data = seal(core_.codec, packed);
      auto add = TRY(core_.sql.use(statements_.add));
      add->bind_all(key, sqlite::Blob{data});
      TRY_VOID(add->run());
      number = static_cast<uint64_t>(core_.db.last_insert_rowid());
    }
    if (packed.size() <= k_remembered_packed_bytes_max) numbers_.remember(packed, number);
  }
  if (packed.size() <= k_remembered_packed_bytes_max) {
    last_packed_ = packed;
    last_number_ = number;
  }
  return number;
}

Result<std::string> PackedTable::content(uint64_t number) {
  auto statement = TRY(core_.sql.use(statements_.data));
  statement->bind_all(number);
  if (!TRY(statement->step())) return fail(ErrorCode::not_found, "no resource or scope " + std::to_string(number));
  return unseal(core_.codec, statement->blob(0));
}

}  // namespace strobe::store
