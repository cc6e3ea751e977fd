#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "model/finding.h"
#include "model/session.h"

namespace strobe::analyze {

// What one rule takes off the score: its worst finding counts, however many there are.
struct ScoreItem {
  std::string rule;
  Severity severity = Severity::low;
  int64_t findings = 0;
  int32_t points = 0;  // taken off, positive
};

// 100 for a session nothing is wrong with, down to 0: docs/reference/findings.md has the formula.
struct HealthScore {
  bool is_judged = false;  // false: no call to a model or a tool, so nothing can be said
  int32_t points = 100;
  std::vector<ScoreItem> items;  // most points first, then as the findings come
};

HealthScore health_score_of(const SessionSummary& session, std::span<const Finding> findings);

// What a finding of this severity takes off.
int32_t points_of(Severity severity);
// "good" from 80 on, "fair" from 60 on, else "poor".
std::string_view rating_of(int32_t points);

}  // namespace strobe::analyze
