#include "dialect/usage.h"

#include <algorithm>

namespace strobe::dialect {

namespace {

// The numbers, clamped; absent ones are zero. All sums of a few of them fit.
struct Counts {
  int64_t input = 0, output = 0, cache_read = 0, cache_write = 0, reasoning = 0;
  std::optional<int64_t> total;
  bool suspect = false;

  int64_t cache() const { return cache_read + cache_write; }
};

int64_t clamped(int64_t value, bool& suspect) {
  const int64_t inside = std::clamp<int64_t>(value, 0, k_tokens_max);
  suspect |= inside != value;
  return inside;
}

Counts counts_of(const ReportedUsage& source) {
  Counts counts;
  counts.output = clamped(source.output.value_or(0), counts.suspect);
  counts.cache_read = clamped(source.cache_read.value_or(0), counts.suspect);
  counts.cache_write = clamped(source.cache_write.value_or(0), counts.suspect);
  counts.reasoning = clamped(source.reasoning.value_or(0), counts.suspect);
  if (source.total) counts.total = clamped(*source.total, counts.suspect);
  if (source.input) {
    counts.input = clamped(*source.input, counts.suspect);
  } else if (counts.total && source.output) {
    counts.input = clamped(*counts.total - counts.output, counts.suspect);
  }
  return counts;
}

bool proves_exclusive(const Counts& counts) {
  if (counts.cache() == 0) return false;
  if (counts.cache() > counts.input) return true;
  return counts.total && *counts.total == counts.input + counts.cache() + counts.output;
}

bool proves_reasoning_apart(const Counts& counts, int64_t all_input) {
  if (counts.reasoning == 0) return false;
  if (counts.reasoning > counts.output) return true;
  return counts.total && *counts.total == all_input + counts.output + counts.reasoning;
}

bool proves_reasoning_within(const Counts& counts, int64_t all_input) {
  return counts.reasoning > 0 && counts.reasoning <= counts.output && counts.total &&
         *counts.total == all_input + counts.output;
}

}  // namespace

void set_usage(NormalSpan& span, const ReportedUsage& source, const UsageAlgebra& algebra) {
  const bool knows_input = source.input || (source.total && source.output);
  if (!knows_input && !source.output && !source.cache_read && !source.cache_write) return;
  span.reported = source;
  SpanFacts& facts = span.facts;
  Counts counts = counts_of(source);
  const bool is_inclusive = algebra.input_includes_cache && !(algebra.may_deviate && proves_exclusive(counts));
  const int64_t all_input = counts.input + (is_inclusive ? 0 : counts.cache());
  const bool is_apart = algebra.output_includes_reasoning
                            ? algebra.may_deviate && proves_reasoning_apart(counts, all_input)
                            : !(algebra.may_deviate && proves_reasoning_within(counts, all_input));

  span.reported.is_input_overruled = algebra.input_includes_cache && !is_inclusive;
  span.reported.is_output_overruled = algebra.output_includes_reasoning && is_apart;

  Usage usage;
  usage.cache_read = counts.cache_read;
  usage.cache_write = counts.cache_write;
  usage.input = is_inclusive ? clamped(counts.input - counts.cache(), counts.suspect) : counts.input;
  usage.reasoning = counts.reasoning;
  usage.output = is_apart ? counts.output : clamped(counts.output - counts.reasoning, counts.suspect);

  facts.usage = usage;
  facts.has_usage = true;
  facts.usage_rule = std::string(algebra.name) + (is_inclusive ? "_inclusive" : "_exclusive");
  if (is_apart && counts.reasoning > 0) facts.usage_rule += "_reasoning_apart";
  if (counts.suspect) facts.usage_rule += "_suspect";
}

}  // namespace strobe::dialect
