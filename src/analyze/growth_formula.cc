#include "analyze/growth_formula.h"

#include <algorithm>
#include <array>
#include <limits>

namespace strobe::analyze {

namespace {

__extension__ using Wide = __int128;

// numerator * 10 / denominator, rounded half away from zero; both not negative. Saturates.
int64_t tenths_of(Wide numerator, int64_t denominator) {
  if (denominator <= 0) return 0;
  const Wide tenths = (numerator * 20 + denominator) / (static_cast<Wide>(denominator) * 2);
  return static_cast<int64_t>(std::min<Wide>(tenths, std::numeric_limits<int64_t>::max()));
}

// Whole steps of `tenths` each within `tokens`.
int64_t steps_within(int64_t tokens, Wide tenths) {
  return static_cast<int64_t>(
      std::min<Wide>(static_cast<Wide>(tokens) * 10 / tenths, std::numeric_limits<int64_t>::max()));
}

GrowthAlert alert_of(const GrowthPrediction& prediction) {
  if (prediction.budget <= 0) return GrowthAlert::none;
  const int64_t left_tenths = 1000 - prediction.used_tenths_percent;
  return left_tenths < 100 ? GrowthAlert::critical : left_tenths < 200 ? GrowthAlert::warning : GrowthAlert::none;
}

}  // namespace

std::string_view name_of(GrowthAlert alert) {
  static constexpr std::array<std::string_view, 3> k_names = {"none", "warning", "critical"};
  return k_names[static_cast<size_t>(alert)];
}

GrowthPrediction predict_growth(const GrowthInput& input) {
  GrowthPrediction prediction{.budget = input.budget, .current_step = input.current_step, .max_steps = input.max_steps};
  const std::span<const int64_t> tokens = input.tokens;
  if (tokens.empty()) return prediction;
  prediction.tokens_used = tokens.back();
  prediction.average_tenths =
      tenths_of(tokens.back(), input.average_steps > 0 ? input.average_steps : static_cast<int64_t>(tokens.size()));
  const auto recent = tokens.last(std::min(k_recent_snapshots, tokens.size()));
  prediction.recent_steps = static_cast<int64_t>(recent.size());
  int64_t additions = 0, least = 0, most = 0;
  Wide sum = 0;
  for (size_t i = 1; i < recent.size(); ++i) {
    const int64_t added = recent[i] - recent[i - 1];
    if (added <= 0) continue;
    sum += added;
    ++additions;
    least = least == 0 ? added : std::min(least, added);
    most = std::max(most, added);
  }
  prediction.recent_tenths = tenths_of(sum, additions);
  if (input.budget <= 0) return prediction;
  prediction.used_tenths_percent = tenths_of(static_cast<Wide>(tokens.back()) * 100, input.budget);
  prediction.remaining = std::max<int64_t>(input.budget - tokens.back(), 0);
  prediction.alert = alert_of(prediction);
  if (prediction.rate_tenths() <= 0) return prediction;
  prediction.est_remaining = steps_within(prediction.remaining, prediction.rate_tenths());
  prediction.est_remaining_least =
      most > 0 ? steps_within(prediction.remaining, Wide{10} * most) : *prediction.est_remaining;
  prediction.est_remaining_most =
      least > 0 ? steps_within(prediction.remaining, Wide{10} * least) : *prediction.est_remaining;
  prediction.predict_exhaust = input.max_steps > 0 && *prediction.est_remaining <= input.max_steps - input.current_step;
  return prediction;
}

}  // namespace strobe::analyze
