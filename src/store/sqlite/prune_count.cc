#include <algorithm>
#include <string>

#include "store/sqlite/prune.h"

// What a prune would remove, and about how large the file would be then.

namespace strobe::store {

using sqlite::TransactionKind;

namespace {

// What a row takes beside its bytes: numbers, index entries, its part of the text index.
constexpr int64_t k_span_bytes = 160;
constexpr int64_t k_signal_bytes = 80;

std::string weight_of(std::string_view column, int64_t bytes) {
  return "length(" + std::string(column) + ") + " + std::to_string(bytes);
}

}  // namespace

Result<PruneReport> Prune::count_only() {
  const auto snapshot = TRY(tools_.begin(TransactionKind::read));
  const auto bundles = TRY(find_bundles(core_, tools_.sessions, request_.now));
  signals_before_ = request_.ended_before;
  std::unordered_set<uint64_t> traces;
  for (const size_t i : TRY(would_leave(bundles))) {
    report_.sessions += static_cast<int64_t>(bundles[i].sessions.size());
    report_.spans += bundles[i].spans;
    for (const Bundle::Trace& trace : bundles[i].traces) traces.insert(trace.number);
  }
  report_.traces = static_cast<int64_t>(traces.size());
  report_.file_bytes_after = TRY(bytes_without(TRY(weigh(traces))));
  if (request_.file_bytes_max) report_.limit_met = report_.file_bytes_after <= *request_.file_bytes_max;
  return report_;
}

Result<std::vector<size_t>> Prune::would_leave(const std::vector<Bundle>& bundles) {
  auto leaving = leaving_by_age_and_count(bundles, request_);
  if (!request_.file_bytes_max) return leaving;
  const int64_t used = TRY(used_bytes());
  const auto for_bytes = leaving_for_bytes(bundles, std::max<int64_t>(used - *request_.file_bytes_max, 0), used);
  if (!for_bytes.empty()) {
    signals_before_ = std::max(signals_before_.value_or(bundles[for_bytes.back()].end), bundles[for_bytes.back()].end);
  }
  leaving.insert(leaving.end(), for_bytes.begin(), for_bytes.end());
  std::ranges::sort(leaving);
  leaving.erase(std::unique(leaving.begin(), leaving.end()), leaving.end());
  return leaving;
}

Result<Prune::Weights> Prune::weigh(const std::unordered_set<uint64_t>& traces) {
  Weights weights;
  TRY_VOID(weigh_traces(traces, weights));
  TRY_VOID(reach_.mark(traces, [&](int64_t looked_at) { return look(looked_at); }));
  TRY_VOID(weigh_shared(Shared::context, "100", &report_.contexts, weights));
  TRY_VOID(weigh_shared(Shared::sequence, "length(ops) + 16", nullptr, weights));
  TRY_VOID(weigh_shared(Shared::blob, "length(data) + ifnull(length(recipe), 0) + 60", &report_.blobs, weights));
  TRY_VOID(weigh_signals(weights));
  return weights;
}

Result<void> Prune::weigh_traces(const std::unordered_set<uint64_t>& traces, Weights& weights) {
  const std::string spans = "SELECT total(" + weight_of("packed", k_span_bytes) + ") FROM span";
  auto all = TRY(core_.db.prepare(spans));
  if (TRY(all.step())) weights.all += static_cast<double>(all.int64(0));
  auto leaving = TRY(core_.db.prepare(spans + " WHERE trace = ?1"));
  for (const uint64_t trace : traces) {
    leaving.bind_all(trace);
    if (TRY(leaving.step())) weights.leaving += static_cast<double>(leaving.int64(0));
    leaving.reset();
  }
  auto logs = TRY(
      core_.db.prepare("SELECT trace, " + weight_of("packed", k_signal_bytes) + " FROM log WHERE trace IS NOT NULL"));
  while (TRY(logs.step())) {
    weights.all += static_cast<double>(logs.int64(1));
    if (!traces.contains(static_cast<uint64_t>(logs.int64(0)))) continue;
    ++report_.logs;
    weights.leaving += static_cast<double>(logs.int64(1));
  }
  return {};
}

// Logs and points of no trace: those before the limit, and then more, oldest first, as far as the size asks for it.
Result<void> Prune::weigh_signals(Weights& weights) {
  const std::string of_logs =
      weight_of("packed", k_signal_bytes) + " AS weight, 0 AS kind FROM log WHERE trace IS NULL";
  const std::string of_points = weight_of("metric", k_signal_bytes) + ", 1 FROM metric_point";
  auto sum =
      TRY(core_.db.prepare("SELECT total(weight) FROM (SELECT " + of_logs + " UNION ALL SELECT " + of_points + ")"));
  if (TRY(sum.step())) weights.all += static_cast<double>(sum.int64(0));
  const int64_t used = TRY(used_bytes());
  const int64_t fixed = TRY(fixed_bytes());
  // Whose leaving makes the file as large as it may be.
  double wanted = 0;
  if (request_.file_bytes_max && used > *request_.file_bytes_max) {
    const auto excess = static_cast<double>(used - *request_.file_bytes_max);
    wanted = weights.all * excess / static_cast<double>(std::max<int64_t>(used - fixed, 1));
  }
  auto oldest =
      TRY(core_.db.prepare("SELECT time_ns, " + of_logs + " UNION ALL SELECT time_ns, " + of_points + " ORDER BY 1"));
  while (TRY(oldest.step())) {
    const bool is_old = signals_before_ && oldest.int64(0) < signals_before_->ns;
    if (!is_old && weights.leaving >= wanted) break;
    ++(oldest.int64(2) == 0 ? report_.logs : report_.metric_points);
    weights.leaving += static_cast<double>(oldest.int64(1));
  }
  return {};
}

Result<void> Prune::weigh_shared(Shared shared, const char* weight, int64_t* count, Weights& weights) {
  const std::string sql = std::string("SELECT total(") + weight + ") FROM " + std::string(table_of(shared));
  auto all = TRY(core_.db.prepare(sql));
  if (TRY(all.step())) weights.all += static_cast<double>(all.int64(0));
  const auto dead = TRY(reach_.dead(shared));
  if (count) *count = static_cast<int64_t>(dead.size());
  auto one = TRY(core_.db.prepare(sql + " WHERE no = ?1"));
  for (const uint64_t number : dead) {
    one.bind_all(number);
    if (TRY(one.step())) weights.leaving += static_cast<double>(one.int64(0));
    one.reset();
  }
  return {};
}

// A page for each table and index, and what describes them.
Result<int64_t> Prune::fixed_bytes() {
  const int64_t roots = TRY(core_.db.number("SELECT count(*) FROM sqlite_schema WHERE rootpage > 0"));
  const int64_t text_bytes = TRY(core_.db.number("SELECT sum(length(sql)) FROM sqlite_schema"));
  return (roots + 2) * TRY(core_.db.number("PRAGMA page_size")) + text_bytes;
}

// All but what every store has leaves in the same measure: indexes, the text index and what is derived with what was
// recorded. Free pages are given back.
Result<int64_t> Prune::bytes_without(const Weights& weights) {
  const int64_t used = TRY(used_bytes());
  const int64_t fixed = std::min(TRY(fixed_bytes()), used);
  if (weights.all <= 0) return used;
  const double share = std::clamp(weights.leaving / weights.all, 0.0, 1.0);
  return used - static_cast<int64_t>(share * static_cast<double>(used - fixed));
}

}  // namespace strobe::store
