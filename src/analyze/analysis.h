#pragma once

#include "analyze/findings.h"
#include "analyze/health_score.h"
#include "analyze/metrics.h"

namespace strobe::analyze {

// What `analyze` says of one session.
struct Analysis {
  SessionMetrics metrics;
  std::vector<Finding> findings;
  HealthScore score;
};

// See findings_of().
Analysis analysis_of(const SessionView& session, const Thresholds& thresholds,
                     std::span<const SessionSummary> earlier = {});

}  // namespace strobe::analyze
