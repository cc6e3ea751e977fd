#include "store/sqlite/signals.h"

#include "store/sqlite/references.h"
#include "store/sqlite/sealed.h"

namespace strobe::store {

namespace {
constexpr size_t k_hash_bytes = 16;
}  // namespace

Result<void> Signals::write(const LogRecord& log) {
  const sqlite::Blob hash{log.hash.view().substr(0, k_hash_bytes)};
  std::optional<uint64_t> trace;
  if (log.trace_id) trace = TRY(in_.traces.touch(*log.trace_id))->number;
  auto find = TRY(in_.core.sql.use(Sql::log_find));
  find->bind_all(trace, log.time.ns, index_bytes(log.hash), hash);
  if (const uint64_t number = TRY(first_number(std::move(find)))) {
    auto repeat = TRY(in_.core.sql.use(Sql::log_repeat));
    repeat->bind_all(number);
    in_.counters.add("logs.repeated", 1);
    return repeat->run();
  }
  const std::string refs = TRY(write_references(log.packed, in_.blobs, in_.sequences));
  const std::string packed = seal(in_.core.codec, log.packed.bytes);
  const uint64_t event_name = TRY(in_.names.intern(log.event_name));
  const uint64_t service = TRY(in_.names.intern(log.service));
  const uint64_t resource = TRY(in_.resources.intern(log.resource));
  const uint64_t scope = TRY(in_.scopes.intern(log.scope));
  auto add = TRY(in_.core.sql.use(Sql::log_add));
  add->bind_all(hash, log.time.ns, trace,
                log.span_id ? std::optional(number_of_bytes(log.span_id->view())) : std::nullopt, event_name, service,
                resource, scope, sqlite::Blob{packed});
  if (!refs.empty()) add->bind(10, sqlite::Blob{refs});
  const bool tells = log.tells && trace && log.span_id;
  if (tells) add->bind(11, 1);
  TRY_VOID(add->run());
  if (!tells) return {};
  return in_.amend_queue.log_was_written(*trace, *log.span_id);
}

Result<void> Signals::write(const MetricPointRecord& point) {
  const sqlite::Blob key{point.key.view().substr(0, k_hash_bytes)};
  const std::string metric = seal(in_.core.codec, point.metric);
  auto find = TRY(in_.core.sql.use(Sql::point_find));
  find->bind_all(point.time.ns, index_bytes(point.key), key);
  if (const uint64_t number = TRY(first_number(std::move(find)))) {
    auto update = TRY(in_.core.sql.use(Sql::point_update));
    update->bind_all(number, sqlite::Blob{metric});
    in_.counters.add("metric_points.replaced", 1);
    return update->run();
  }
  const uint64_t name = TRY(in_.names.intern(point.name));
  const uint64_t service = TRY(in_.names.intern(point.service));
  const uint64_t resource = TRY(in_.resources.intern(point.resource));
  const uint64_t scope = TRY(in_.scopes.intern(point.scope));
  auto add = TRY(in_.core.sql.use(Sql::point_add));
  add->bind_all(key, point.time.ns, name, service, resource, scope, sqlite::Blob{metric});
  return add->run();
}

}  // namespace strobe::store
