#include "analyze/analysis.h"

namespace strobe::analyze {

Analysis analysis_of(const SessionView& session, const Thresholds& thresholds,
                     std::span<const SessionSummary> earlier) {
  Analysis analysis{.metrics = metrics_of(session), .findings = findings_of(session, thresholds, earlier), .score = {}};
  analysis.score = health_score_of(session.summary, analysis.findings);
  return analysis;
}

}  // namespace strobe::analyze
