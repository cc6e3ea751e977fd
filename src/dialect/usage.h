#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "model/span.h"

namespace strobe::dialect {

// More tokens in one number are a broken emitter; clamped, so that sums cannot overflow.
inline constexpr int64_t k_tokens_max = 1'000'000'000'000'000;

// How an emitter counts: dialects.md 0.5.
struct UsageAlgebra {
  std::string_view name;  // beginning of the rule's name: "otel_genai"
  bool input_includes_cache = true;
  bool output_includes_reasoning = true;
  bool may_deviate = true;  // the numbers themselves may prove the claim wrong: the heuristics of 0.5 apply
};

// Turns the source's numbers into five disjoint counts. Sets `reported` and, among the facts, usage, has_usage and
// usage_rule:
// `<name>_inclusive|_exclusive`, then `_reasoning_apart` when output does not include reasoning, then `_suspect` when
// numbers contradicted each other and had to be clamped. No numbers, no usage.
void set_usage(NormalSpan& span, const ReportedUsage& source, const UsageAlgebra& algebra);

}  // namespace strobe::dialect
