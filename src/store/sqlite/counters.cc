#include "store/sqlite/counters.h"

namespace strobe::store {

void Counters::add(std::string_view name, int64_t by) {
  auto found = gathered_.find(name);
  if (found == gathered_.end()) found = gathered_.emplace(name, 0).first;
  found->second += by;
}

Result<void> Counters::flush() {
  for (const auto& [name, by] : gathered_) {
    if (by == 0) continue;
    auto statement = TRY(core_.sql.use(Sql::counter_add));
    statement->bind_all(sqlite::Text{name}, by);
    TRY_VOID(statement->run());
  }
  gathered_.clear();
  return {};
}

Result<std::vector<Count>> Counters::all() {
  auto statement = TRY(core_.sql.use(Sql::counters));
  std::vector<Count> counts;
  while (TRY(statement->step())) counts.push_back({std::string(statement->text(0)), statement->int64(1)});
  return counts;
}

}  // namespace strobe::store
