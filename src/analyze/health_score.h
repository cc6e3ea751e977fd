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
  Severity severity = Severity::low;  // of the finding that counts, the worst where none does
  int64_t findings = 0;
  int32_t points = 0;   // taken off, positive
  std::string same_as;  // the rule that was charged for what this one tells; then points are 0
};

// 100 for a session nothing is wrong with, down to 0: docs/reference/findings.md has the formula.
struct HealthScore {
  bool is_judged = false;  // false: no call to a model or a tool, so nothing can be said
  int32_t points = 100;
  std::vector<ScoreItem> items;  // most points first, then as the findings come
};

// A session that ended in an error is charged for it as for a high finding: "session_failed", 0 findings. A finding at
// least half of whose spans more severe findings of other rules about the same thing (see About) have told already
// takes nothing off: of equals the one with more spans counts. n log n in the findings' evidence.
HealthScore health_score_of(const SessionSummary& session, std::span<const Finding> findings);

// What a finding of this severity takes off.
int32_t points_of(Severity severity);
// "good" from 80 on, "fair" from 60 on, else "poor".
std::string_view rating_of(int32_t points);

}  // namespace strobe::analyze
