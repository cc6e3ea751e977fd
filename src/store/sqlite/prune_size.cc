#include <algorithm>
#include <limits>
#include <string>

#include "store/sqlite/prune.h"

// Until the file is small enough.

namespace strobe::store {

using sqlite::TransactionKind;

namespace {
constexpr int k_size_rounds_max = 40;
constexpr int64_t k_signal_share_min = 20;  // no less than one in so many leaves at a time
}  // namespace

Result<int64_t> Prune::used_bytes() {
  const int64_t pages = TRY(core_.db.number("PRAGMA page_count"));
  const int64_t free = TRY(core_.db.number("PRAGMA freelist_count"));
  return (pages - free) * TRY(core_.db.number("PRAGMA page_size"));
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
// When no session can leave any more, records of no trace do.
Result<void> Prune::until_small_enough() {
  for (int round = 0; round < k_size_rounds_max && !stopped_; ++round) {
    const int64_t used = TRY(used_bytes());
    const int64_t excess = used - *request_.file_bytes_max;
    if (excess <= 0) return {};
    const auto bundles = TRY(bundles_now());
    const auto leaving = leaving_for_bytes(bundles, excess / 2 + 1, used);
    if (leaving.empty()) {
      if (!TRY(erase_oldest_signals(excess / 2, used))) return {};
    } else {
      TRY_VOID(let_leave(bundles, leaving));
      TRY_VOID(erase_older(bundles[leaving.back()].end));
      TRY_VOID(erase_leaving());
    }
    TRY_VOID(sweep());
  }
  return {};
}

Result<bool> Prune::erase_oldest_signals(int64_t excess, int64_t used) {
  std::optional<TimeNs> limit;
  {
    const auto snapshot = TRY(tools_.begin(TransactionKind::read));
    const int64_t rows =
        TRY(core_.db.number("SELECT (SELECT count(*) FROM log WHERE trace IS NULL) + "
                            "(SELECT count(*) FROM metric_point)"));
    const auto share = static_cast<double>(excess) / static_cast<double>(std::max<int64_t>(used, 1));
    const auto wanted = static_cast<int64_t>(static_cast<double>(rows) * std::clamp(share, 0.0, 1.0));
    auto last =
        TRY(core_.db.prepare("SELECT time_ns FROM (SELECT time_ns FROM log WHERE trace IS NULL UNION ALL SELECT "
                             "time_ns FROM metric_point) ORDER BY time_ns LIMIT 1 OFFSET ?1"));
    last.bind_all(std::max(wanted, rows / k_signal_share_min));
    if (TRY(last.step())) limit = TimeNs{last.int64(0)};
  }
  if (!limit) return false;
  // With those of the same time. What came at the end of all times stays.
  if (limit->ns == std::numeric_limits<int64_t>::max()) return false;
  const int64_t before = report_.logs + report_.metric_points;
  TRY_VOID(erase_older(TimeNs{limit->ns + 1}));
  return report_.logs + report_.metric_points > before;
}

}  // namespace strobe::store
