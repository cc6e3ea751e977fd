#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace strobe::analyze {

enum class GrowthAlert : uint8_t { none, warning, critical };
// "none", "warning", "critical".
std::string_view name_of(GrowthAlert alert);

struct GrowthInput {
  std::span<const int64_t> tokens;  // of each snapshot since growth began (anew), oldest first
  int64_t average_steps = 0;        // that the average is over; 0: as many as there are snapshots
  int64_t budget = 0;               // 0: none
  int64_t current_step = 0;         // of the whole lane
  int64_t max_steps = 0;            // 0: no limit
};

// When a window will be full, from how it filled up so far.
// Origin of all but the range: rnix `PredictGrowth`; docs/reference/context-questions.md. Rates are rounded to one
// decimal, half away from zero, and counted on with as rounded: kept in tenths, so that nothing depends on how a binary
// fraction falls.
struct GrowthPrediction {
  int64_t tokens_used = 0;  // of the last snapshot
  int64_t budget = 0;
  int64_t used_tenths_percent = 0;  // 850: 85.0 % of the budget; 0 without one
  int64_t remaining = 0;            // 0 without a budget
  int64_t average_tenths = 0;       // tokens a step: what is used by the steps it took
  int64_t recent_tenths = 0;        // mean of what was added in the last k_recent_snapshots, where anything was; else 0
  int64_t recent_steps = 0;         // snapshots that were looked at for it
  int64_t current_step = 0, max_steps = 0;
  std::optional<int64_t> est_remaining;  // steps that still fit; none without a budget or where nothing grows
  // At the greatest and at the smallest of the recent additions.
  std::optional<int64_t> est_remaining_least, est_remaining_most;
  bool predict_exhaust = false;  // before max_steps is reached
  GrowthAlert alert = GrowthAlert::none;

  // The recent rate, or the average where it is 0.
  int64_t rate_tenths() const { return recent_tenths > 0 ? recent_tenths : average_tenths; }
};
inline constexpr size_t k_recent_snapshots = 5;

GrowthPrediction predict_growth(const GrowthInput& input);

}  // namespace strobe::analyze
