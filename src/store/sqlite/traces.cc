#include "store/sqlite/traces.h"

#include <algorithm>
#include <limits>

namespace strobe::store {

namespace {
constexpr size_t k_hints_max = 50'000;
}  // namespace

Traces::Traces(Core& core) : core_(core), next_(core, Sql::trace_last), hints_(k_hints_max) {}

void Traces::begin_writing() {
  next_.reset();
  touched_.clear();
  last_ = nullptr;
}

void Traces::forget() {
  begin_writing();
  hints_.clear();
}

Result<uint64_t> Traces::number_of(const TraceId& id) {
  if (const uint64_t* hint = hints_.find(id)) return *hint;
  auto statement = TRY(core_.sql.use(Sql::trace_find));
  statement->bind_all(blob_of(id));
  const uint64_t number = TRY(first_number(std::move(statement)));
  if (number != 0) hints_.remember(id, number);
  return number;
}

Result<Traces::Touched*> Traces::touch(const TraceId& id) {
  if (last_ != nullptr && last_->first == id) return &last_->second;
  auto found = touched_.find(id);
  if (found == touched_.end()) {
    Touched touched{.number = TRY(number_of(id))};
    if (touched.number == 0) {
      touched.number = TRY(next_.take());
      touched.is_new = true;
      hints_.remember(id, touched.number);
    }
    found = touched_.emplace(id, touched).first;
  }
  last_ = &*found;
  return &found->second;
}

Result<void> Traces::flush(TimeNs now, int normaliser_version) {
  for (const auto& [id, touched] : touched_) {
    const std::optional<int64_t> dirty_since = touched.changes > 0 ? std::optional(now.ns) : std::nullopt;
    auto statement = TRY(core_.sql.use(touched.is_new ? Sql::trace_add : Sql::trace_touch));
    if (touched.is_new) {
      statement->bind_all(touched.number, blob_of(id), now.ns, touched.spans_added, touched.changes, dirty_since,
                          normaliser_version);
    } else {
      statement->bind_all(touched.number, now.ns, touched.spans_added, touched.changes, dirty_since,
                          normaliser_version);
    }
    TRY_VOID(statement->run());
  }
  begin_writing();
  return {};
}

Result<std::vector<TraceId>> Traces::dirty(size_t limit) {
  auto statement = TRY(core_.sql.use(Sql::trace_dirty));
  statement->bind_all(std::min<uint64_t>(limit, std::numeric_limits<int64_t>::max()));
  std::vector<TraceId> ids;
  while (TRY(statement->step())) {
    if (const auto id = TraceId::from_bytes(statement->blob(0))) ids.push_back(*id);
  }
  return ids;
}

Result<std::optional<Traces::State>> Traces::state(const TraceId& id) {
  auto statement = TRY(core_.sql.use(Sql::trace_changes));
  statement->bind_all(blob_of(id));
  if (!TRY(statement->step())) return std::optional<State>();
  return State{.number = static_cast<uint64_t>(statement->int64(0)),
               .spans = static_cast<uint64_t>(statement->int64(1)),
               .changes = statement->int64(2)};
}

}  // namespace strobe::store
