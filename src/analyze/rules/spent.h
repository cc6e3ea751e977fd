#pragma once

#include <cstdint>
#include <vector>

#include "base/saturated.h"
#include "model/cost.h"
#include "model/finding.h"
#include "model/session.h"

namespace strobe::analyze {

// What would not have been spent without something, added up. Sums saturate.
struct Spent {
  int64_t tokens = 0;
  CostSum cost;
  DurationNs duration;

  // How long the span took; its tokens and its cost, where they are counted.
  void add(const SpanView& span);
  void put_into(Finding& finding) const;
};

// The spans that show it: in order, each once, at most k_evidence_max and the rest counted. The step is the first one's
// that has any.
void set_evidence(Finding& finding, std::vector<int32_t> spans, const SessionView& session);

// Saturated.
DurationNs operator+(DurationNs a, DurationNs b);

}  // namespace strobe::analyze
