#include "store/sqlite/retention.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <unordered_map>

#include "store/summary.h"

namespace strobe::store {

namespace {

struct TraceState {
  Bundle::Trace trace;
  int64_t heard_of = 0;
  bool dirty = false;
};

// Sets of traces and sessions that are tied together. Nodes are traces, then sessions.
class Ties {
 public:
  explicit Ties(size_t nodes) : parents_(nodes) { std::iota(parents_.begin(), parents_.end(), size_t{0}); }
  size_t find(size_t node) {
    while (parents_[node] != node) node = parents_[node] = parents_[parents_[node]];
    return node;
  }
  void tie(size_t a, size_t b) { parents_[find(a)] = find(b); }

 private:
  std::vector<size_t> parents_;
};

struct Everything {
  std::vector<TraceState> traces;
  std::vector<uint64_t> sessions;
  std::unordered_map<uint64_t, size_t> trace_at, session_at;
  std::unordered_map<uint64_t, int64_t> log_ends;  // of traces without spans
};

Result<Everything> read_everything(Core& core) {
  Everything all;
  auto traces =
      TRY(core.db.prepare("SELECT no, spans, changes, heard_of_ns, dirty_since_ns IS NOT NULL FROM trace WHERE "
                          "normaliser <> ?1 ORDER BY no"));
  traces.bind_all(k_normaliser_leaving);
  while (TRY(traces.step())) {
    const auto number = static_cast<uint64_t>(traces.int64(0));
    all.trace_at.emplace(number, all.traces.size());
    all.traces.push_back({{number, traces.int64(1), traces.int64(2)}, traces.int64(3), traces.int64(4) != 0});
  }
  auto sessions = TRY(core.db.prepare("SELECT no FROM session WHERE start_ns IS NOT NULL ORDER BY no"));
  while (TRY(sessions.step())) {
    const auto number = static_cast<uint64_t>(sessions.int64(0));
    all.session_at.emplace(number, all.sessions.size());
    all.sessions.push_back(number);
  }
  auto logs = TRY(core.db.prepare("SELECT trace, time_ns FROM log WHERE trace IS NOT NULL"));
  while (TRY(logs.step())) {
    const auto found = all.trace_at.find(static_cast<uint64_t>(logs.int64(0)));
    if (found == all.trace_at.end() || all.traces[found->second].trace.spans > 0) continue;
    const auto [end, is_new] = all.log_ends.try_emplace(found->first, logs.int64(1));
    if (!is_new) end->second = std::max(end->second, logs.int64(1));
  }
  return all;
}

Result<Ties> tie_together(Core& core, const Everything& all) {
  Ties ties(all.traces.size() + all.sessions.size());
  auto parts = TRY(core.db.prepare("SELECT trace, session FROM part"));
  while (TRY(parts.step())) {
    const auto trace = all.trace_at.find(static_cast<uint64_t>(parts.int64(0)));
    const auto session = all.session_at.find(static_cast<uint64_t>(parts.int64(1)));
    if (trace == all.trace_at.end() || session == all.session_at.end()) continue;
    ties.tie(trace->second, all.traces.size() + session->second);
  }
  return ties;
}

constexpr TimeNs k_earliest{std::numeric_limits<int64_t>::min()};

}  // namespace

Result<std::vector<Bundle>> find_bundles(Core& core, Sessions& sessions, TimeNs now) {
  const Everything all = TRY(read_everything(core));
  Ties ties = TRY(tie_together(core, all));
  std::vector<Bundle> bundles;
  std::unordered_map<size_t, size_t> bundle_at;
  const auto bundle_of = [&](size_t node) -> Bundle& {
    const auto [at, is_new] = bundle_at.try_emplace(ties.find(node), bundles.size());
    if (is_new) bundles.push_back({.end = k_earliest});
    return bundles[at->second];
  };
  for (size_t i = 0; i < all.sessions.size(); ++i) {
    Bundle& bundle = bundle_of(all.traces.size() + i);
    bundle.sessions.push_back(all.sessions[i]);
    const Store::SessionRow row = TRY(sessions.row(all.sessions[i]));
    bundle.end = std::max(bundle.end, row.summary.end);
    bundle.stays |= status_of(row, now) == SessionStatus::running;
  }
  for (size_t i = 0; i < all.traces.size(); ++i) {
    const TraceState& state = all.traces[i];
    Bundle& bundle = bundle_of(i);
    bundle.traces.push_back(state.trace);
    bundle.spans += state.trace.spans;
    // A trace that nobody could derive for long does not stay for ever.
    bundle.stays |= state.dirty && now - TimeNs{state.heard_of} <= k_silence_max;
    if (!bundle.sessions.empty()) continue;
    const auto log_end = all.log_ends.find(state.trace.number);
    bundle.end = std::max(bundle.end, TimeNs{log_end == all.log_ends.end() ? state.heard_of : log_end->second});
  }
  std::stable_sort(bundles.begin(), bundles.end(), [](const Bundle& a, const Bundle& b) { return a.end < b.end; });
  return bundles;
}

std::vector<size_t> leaving_by_age_and_count(const std::vector<Bundle>& bundles, const PruneRequest& request) {
  size_t sessions = 0;
  for (const Bundle& bundle : bundles) sessions += bundle.sessions.size();
  std::vector<size_t> leaving;
  for (size_t i = 0; i < bundles.size(); ++i) {
    if (bundles[i].stays) continue;
    const bool too_old = request.ended_before && bundles[i].end < *request.ended_before;
    const bool too_many = request.sessions_max && sessions > *request.sessions_max && !bundles[i].sessions.empty();
    if (!too_old && !too_many) continue;
    leaving.push_back(i);
    sessions -= bundles[i].sessions.size();
  }
  return leaving;
}

}  // namespace strobe::store
