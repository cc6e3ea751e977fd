#pragma once

#include <cstdint>

#include "model/kind.h"

namespace strobe {

// Costs of several calls added up, and how far the sum can be trusted. The order of adding does not matter; sums
// saturate.
struct CostSum {
  int64_t pico_usd = 0;
  // Calls by where their cost comes from.
  int64_t reported = 0;
  int64_t computed = 0;
  int64_t partial = 0;  // some of the call's tokens have no known price
  int64_t unpriced = 0;

  void add(CostKind kind, int64_t cost_pico_usd);
  CostSum& operator+=(const CostSum& other);
  // unpriced: no call has a cost. partial: some call's cost is missing or incomplete, the sum is a lower bound.
  // computed: at least one was worked out from list prices. reported: all were told by their source.
  CostKind kind() const;
  bool operator==(const CostSum&) const = default;
};

}  // namespace strobe
