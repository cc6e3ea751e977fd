#include "store/sqlite/settings.h"

#include "base/bytes.h"

namespace strobe::store {

namespace {
constexpr size_t k_hints_max = 10'000;
constexpr size_t k_remembered_bytes_max = 4096;
}  // namespace

Settings::Settings(Core& core, Names& names, PackedTable& resources, PackedTable& scopes)
    : core_(core), names_(names), resources_(resources), scopes_(scopes), numbers_(k_hints_max), rows_(k_hints_max) {}

void Settings::forget() {
  numbers_.clear();
  rows_.clear();
}

Result<uint64_t> Settings::intern(const SpanRecord& record) {
  const uint64_t resource = TRY(resources_.intern(record.resource));
  const uint64_t scope = TRY(scopes_.intern(record.scope));
  key_.clear();
  ByteWriter writer(key_);
  writer.varint(resource);
  writer.varint(scope);
  for (const auto fact : k_facts) writer.bytes(record.facts.*fact);
  if (const uint64_t* hint = numbers_.find(std::string_view(key_))) return *hint;
  const uint64_t number = TRY(find_or_add(resource, scope, record.facts));
  if (key_.size() <= k_remembered_bytes_max) numbers_.remember(key_, number);
  return number;
}

Result<uint64_t> Settings::find_or_add(uint64_t resource, uint64_t scope, const SpanFacts& facts) {
  std::array<uint64_t, k_facts.size()> names{};
  for (size_t i = 0; i < names.size(); ++i) names[i] = TRY(names_.intern(facts.*k_facts[i]));
  const auto bind = [&](sqlite::Statement& statement) {
    statement.bind_all(resource, scope);
    for (size_t i = 0; i < names.size(); ++i) statement.bind(static_cast<int>(i) + 3, names[i]);
  };
  auto find = TRY(core_.sql.use(Sql::setting_find));
  bind(*find);
  const uint64_t found = TRY(first_number(std::move(find)));
  if (found != 0) return found;
  auto add = TRY(core_.sql.use(Sql::setting_add));
  bind(*add);
  TRY_VOID(add->run());
  return static_cast<uint64_t>(core_.db.last_insert_rowid());
}

Result<const Settings::Row*> Settings::read(uint64_t number) {
  if (const Row* hint = rows_.find(number)) return hint;
  Row row;
  std::array<uint64_t, k_facts.size()> names{};
  {
    auto statement = TRY(core_.sql.use(Sql::setting_read));
    statement->bind_all(number);
    if (!TRY(statement->step())) return fail(ErrorCode::corrupt, "no setting " + std::to_string(number));
    row.resource = static_cast<uint64_t>(statement->int64(0));
    row.scope = static_cast<uint64_t>(statement->int64(1));
    for (size_t i = 0; i < names.size(); ++i)
      names[i] = static_cast<uint64_t>(statement->int64(static_cast<int>(i) + 2));
  }
  for (size_t i = 0; i < names.size(); ++i) row.texts[i] = TRY(names_.text(names[i]));
  rows_.remember(number, std::move(row));
  return rows_.find(number);
}

void Settings::apply(const Row& row, SpanFacts& facts) {
  for (size_t i = 0; i < k_facts.size(); ++i) facts.*k_facts[i] = row.texts[i];
}

}  // namespace strobe::store
