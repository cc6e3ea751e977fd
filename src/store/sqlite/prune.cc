#include "store/sqlite/prune.h"

#include <algorithm>
#include <random>
#include <string>

namespace strobe::store {

using sqlite::TransactionKind;

namespace {

constexpr size_t k_rows_per_bundle = 20;  // of detaching; their spans go later
constexpr int k_size_rounds_max = 40;

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

Result<int64_t> Prune::used_bytes() {
  const int64_t pages = TRY(core_.db.number("PRAGMA page_count"));
  const int64_t free = TRY(core_.db.number("PRAGMA freelist_count"));
  return (pages - free) * TRY(core_.db.number("PRAGMA page_size"));
}

Result<PruneReport> Prune::run() {
  report_.file_bytes_before = TRY(tools_.file_bytes());
  if (request_.dry_run) return count_only();
  std::vector<Bundle> bundles;
  {
    const auto snapshot = TRY(tools_.begin(TransactionKind::read));
    bundles = TRY(find_bundles(core_, tools_.sessions, request_.now));
  }
  TRY_VOID(let_leave(bundles, leaving_by_age_and_count(bundles, request_)));
  if (request_.ended_before) TRY_VOID(erase_older(*request_.ended_before));
  TRY_VOID(erase_leaving());
  TRY_VOID(sweep());
  if (request_.file_bytes_max) TRY_VOID(until_small_enough());
  TRY_VOID(give_back());
  report_.file_bytes_after = TRY(tools_.file_bytes());
  return report_;
}

std::vector<size_t> Prune::leaving_for_bytes(const std::vector<Bundle>& bundles, int64_t excess, int64_t used) {
  double spans = 1;
  for (const Bundle& bundle : bundles) spans += static_cast<double>(bundle.spans);
  std::vector<size_t> leaving;
  double bytes = 0;
  for (size_t i = 0; i < bundles.size(); ++i) {
    if (bundles[i].stays) continue;
    if (bytes >= static_cast<double>(excess)) break;
    leaving.push_back(i);
    bytes += static_cast<double>(used) * static_cast<double>(bundles[i].spans) / spans;
  }
  return leaving;
}

// How much a session shares with others shows only when it is gone: so half of what seems too much leaves at a time.
Result<void> Prune::until_small_enough() {
  for (int round = 0; round < k_size_rounds_max && !stopped_; ++round) {
    const int64_t used = TRY(used_bytes());
    const int64_t excess = used - *request_.file_bytes_max;
    if (excess <= 0) return {};
    std::vector<Bundle> bundles;
    {
      const auto snapshot = TRY(tools_.begin(TransactionKind::read));
      bundles = TRY(find_bundles(core_, tools_.sessions, request_.now));
    }
    const auto leaving = leaving_for_bytes(bundles, excess / 2 + 1, used);
    if (leaving.empty()) return {};
    TRY_VOID(let_leave(bundles, leaving));
    TRY_VOID(erase_older(bundles[leaving.back()].end));
    TRY_VOID(erase_leaving());
    TRY_VOID(sweep());
  }
  return {};
}

Result<PruneReport> Prune::count_only() {
  const auto snapshot = TRY(tools_.begin(TransactionKind::read));
  const auto bundles = TRY(find_bundles(core_, tools_.sessions, request_.now));
  auto leaving = leaving_by_age_and_count(bundles, request_);
  if (request_.file_bytes_max) {
    const int64_t used = TRY(used_bytes());
    const auto for_bytes = leaving_for_bytes(bundles, std::max<int64_t>(used - *request_.file_bytes_max, 0), used);
    leaving.insert(leaving.end(), for_bytes.begin(), for_bytes.end());
    std::ranges::sort(leaving);
    leaving.erase(std::unique(leaving.begin(), leaving.end()), leaving.end());
  }
  std::unordered_set<uint64_t> traces;
  for (const size_t i : leaving) {
    report_.sessions += static_cast<int64_t>(bundles[i].sessions.size());
    report_.spans += bundles[i].spans;
    for (const Bundle::Trace& trace : bundles[i].traces) traces.insert(trace.number);
  }
  report_.traces = static_cast<int64_t>(traces.size());
  int64_t bytes = 0;
  auto logs = TRY(core_.db.prepare("SELECT trace, time_ns, length(packed) FROM log"));
  while (TRY(logs.step())) {
    const bool leaves = logs.is_null(0) ? request_.ended_before && logs.int64(1) < request_.ended_before->ns
                                        : traces.contains(static_cast<uint64_t>(logs.int64(0)));
    if (!leaves) continue;
    ++report_.logs;
    bytes += logs.int64(2);
  }
  if (request_.ended_before) {
    auto points = TRY(core_.db.prepare("SELECT count(*), total(length(metric)) FROM metric_point WHERE time_ns < ?1"));
    points.bind_all(request_.ended_before->ns);
    if (TRY(points.step())) report_.metric_points = points.int64(0);
    bytes += points.int64(1);
  }
  auto spans = TRY(core_.db.prepare("SELECT total(length(packed)) FROM span WHERE trace = ?1"));
  for (const uint64_t trace : traces) {
    spans.bind_all(trace);
    if (TRY(spans.step())) bytes += spans.int64(0);
    spans.reset();
  }
  TRY_VOID(reach_.mark(traces, [&](int64_t looked_at) { return look(looked_at); }));
  report_.contexts = static_cast<int64_t>(TRY(reach_.dead(Shared::context)).size());
  const auto blobs = TRY(reach_.dead(Shared::blob));
  report_.blobs = static_cast<int64_t>(blobs.size());
  auto blob = TRY(core_.db.prepare("SELECT length(data) FROM blob WHERE no = ?1"));
  for (const uint64_t number : blobs) {
    blob.bind_all(number);
    if (TRY(blob.step())) bytes += blob.int64(0);
    blob.reset();
  }
  report_.file_bytes_after = std::max<int64_t>(report_.file_bytes_before - bytes, 0);
  return report_;
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
  for (const Bundle::Trace& trace : bundle.traces) {
    parts.bind_all(trace.number);
    TRY_VOID(parts.run());
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
