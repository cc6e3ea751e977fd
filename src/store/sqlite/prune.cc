#include "store/sqlite/prune.h"

#include <algorithm>
#include <random>
#include <string>

namespace strobe::store {

using sqlite::TransactionKind;

namespace {

constexpr size_t k_rows_per_bundle = 20;  // of detaching; their spans go later

uint64_t random_epoch() {
  std::random_device random;
  const uint64_t number = uint64_t{random()} << 32 | random();
  return number >> 2 | 1;
}

}  // namespace

// False from the caller is an answer like any other: the work ends at this safe place, and the report tells how far it
// got.
Result<void> Prune::tell(std::string_view what, int64_t done, int64_t total) {
  if (!progress_ || stopped_ || progress_(what, done, total)) return {};
  stopped_ = true;
  return {};
}

Result<void> Prune::slice(const std::function<Result<void>()>& work) {
  auto transaction = TRY(tools_.begin(TransactionKind::write));
  auto done = work();
  const uint64_t epoch = random_epoch();
  if (done) {
    auto set = TRY(core_.db.prepare("UPDATE meta SET value = ?1 WHERE name = 'epoch'"));
    set.bind_all(epoch);
    done = set.run();
  }
  if (done) done = reach_.note_end(epoch);
  if (done) done = transaction.commit();
  // Read again at the next beginning, whether this one was committed or not; then all numbers are forgotten.
  core_.epoch = 0;
  return done;
}

Result<PruneReport> Prune::run() {
  report_.file_bytes_before = TRY(tools_.file_bytes());
  if (request_.dry_run) return count_only();
  TRY_VOID(erase_orphans());
  const auto bundles = TRY(bundles_now());
  TRY_VOID(let_leave(bundles, leaving_by_age_and_count(bundles, request_)));
  if (request_.ended_before) TRY_VOID(erase_older(*request_.ended_before));
  TRY_VOID(erase_leaving());
  TRY_VOID(sweep());
  if (request_.file_bytes_max) TRY_VOID(until_small_enough());
  TRY_VOID(give_back());
  report_.file_bytes_after = TRY(tools_.file_bytes());
  if (request_.file_bytes_max) report_.limit_met = report_.file_bytes_after <= *request_.file_bytes_max;
  return report_;
}

Result<std::vector<Bundle>> Prune::bundles_now() {
  const auto snapshot = TRY(tools_.begin(TransactionKind::read));
  return find_bundles(core_, tools_.sessions, request_.now);
}

Result<void> Prune::let_leave(const std::vector<Bundle>& bundles, const std::vector<size_t>& leaving) {
  const auto total = static_cast<int64_t>(leaving.size());
  const size_t per_slice = request_.rows_per_slice / k_rows_per_bundle + 1;
  for (size_t first = 0; first < leaving.size() && !stopped_; first += per_slice) {
    PruneReport before = report_;
    auto done = slice([&]() -> Result<void> {
      const size_t last = std::min(leaving.size(), first + per_slice);
      for (size_t i = first; i < last; ++i) {
        const Bundle& bundle = bundles[leaving[i]];
        if (!TRY(detach(bundle))) continue;
        report_.sessions += static_cast<int64_t>(bundle.sessions.size());
        report_.traces += static_cast<int64_t>(bundle.traces.size());
      }
      return {};
    });
    if (!done) report_ = before;
    TRY_VOID(done);
    TRY_VOID(tell("sessions", static_cast<int64_t>(first), total));
  }
  return {};
}

// Whether it is still what was looked at: a trace may have got spans, and with them other sessions.
Result<bool> Prune::unchanged(const Bundle& bundle) {
  auto state = TRY(core_.db.prepare("SELECT spans, changes FROM trace WHERE no = ?1 AND normaliser <> ?2"));
  auto sessions = TRY(core_.db.prepare("SELECT session FROM part WHERE trace = ?1"));
  auto traces = TRY(core_.db.prepare("SELECT trace FROM part WHERE session = ?1"));
  std::unordered_set<uint64_t> known;
  const std::unordered_set<uint64_t> known_sessions(bundle.sessions.begin(), bundle.sessions.end());
  for (const Bundle::Trace& trace : bundle.traces) {
    known.insert(trace.number);
    state.bind_all(trace.number, k_normaliser_leaving);
    if (!TRY(state.step()) || state.int64(0) != trace.spans || state.int64(1) != trace.changes) return false;
    state.reset();
    sessions.bind_all(trace.number);
    while (TRY(sessions.step())) {
      if (!known_sessions.contains(static_cast<uint64_t>(sessions.int64(0)))) return false;
    }
    sessions.reset();
  }
  for (const uint64_t session : bundle.sessions) {
    traces.bind_all(session);
    while (TRY(traces.step())) {
      if (!known.contains(static_cast<uint64_t>(traces.int64(0)))) return false;
    }
    traces.reset();
  }
  return true;
}

Result<bool> Prune::detach(const Bundle& bundle) {
  if (!TRY(unchanged(bundle))) return false;
  auto parts = TRY(core_.db.prepare("DELETE FROM part WHERE trace = ?1"));
  // A random id: a span that comes late begins a new trace, whatever is still left of this one.
  auto leave = TRY(
      core_.db.prepare("UPDATE trace SET id = randomblob(16), dirty_since_ns = NULL, normaliser = ?2 WHERE no = ?1"));
  auto amendments = TRY(core_.db.prepare("DELETE FROM amendment WHERE trace = ?1"));
  for (const Bundle::Trace& trace : bundle.traces) {
    parts.bind_all(trace.number);
    TRY_VOID(parts.run());
    amendments.bind_all(trace.number);
    TRY_VOID(amendments.run());
    leave.bind_all(trace.number, k_normaliser_leaving);
    TRY_VOID(leave.run());
  }
  auto hide = TRY(core_.db.prepare("UPDATE session SET start_ns = NULL WHERE no = ?1"));
  for (const uint64_t session : bundle.sessions) {
    hide.bind_all(session);
    TRY_VOID(hide.run());
  }
  return true;
}

}  // namespace strobe::store
