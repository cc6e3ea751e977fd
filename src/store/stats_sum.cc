#include "store/stats_sum.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "base/saturated.h"

namespace strobe::store {

int64_t percentile(std::vector<int64_t>& values, int percent) {
  if (values.empty()) return 0;
  const auto size = static_cast<__int128>(values.size());
  const auto rank = static_cast<size_t>((size * percent + 99) / 100);
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(std::clamp<size_t>(rank, 1, values.size()) - 1);
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

void StatsSum::add(std::string_view key, const StatsSpan& span) {
  auto found = groups_.find(key);
  if (found == groups_.end()) found = groups_.emplace(std::string(key), Group()).first;
  Group& group = found->second;
  if (span.is_call) {
    add_to(group.row.calls, 1);
    add_to(group.row.errors, span.failed ? 1 : 0);
    add_to(group.row.total.ns, span.duration.ns);
    group.durations_ns.push_back(span.duration.ns);
  }
  if (span.is_counted) {
    group.row.usage += span.usage;
    group.cost.add(span.cost_kind, span.cost_pico_usd);
  }
}

std::vector<StatsRow> StatsSum::take_rows(StatsBy by) {
  std::vector<StatsRow> rows;
  rows.reserve(groups_.size());
  while (!groups_.empty()) {
    auto node = groups_.extract(groups_.begin());
    Group& group = node.mapped();
    StatsRow& row = group.row;
    row.key = std::move(node.key());
    row.cost_pico_usd = group.cost.pico_usd;
    row.cost_kind = group.cost.kind();
    row.p50 = {percentile(group.durations_ns, 50)};
    row.p95 = {percentile(group.durations_ns, 95)};
    row.p99 = {percentile(group.durations_ns, 99)};
    rows.push_back(std::move(row));
  }
  // They come in the order of their keys, which for days is the one wanted.
  if (by != StatsBy::day) {
    std::ranges::stable_sort(rows, [](const StatsRow& a, const StatsRow& b) {
      return std::tie(a.cost_pico_usd, a.calls) > std::tie(b.cost_pico_usd, b.calls);
    });
  }
  return rows;
}

}  // namespace strobe::store
