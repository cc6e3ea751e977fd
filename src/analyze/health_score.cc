#include "analyze/health_score.h"

#include <algorithm>

namespace strobe::analyze {

int32_t points_of(Severity severity) {
  switch (severity) {
    case Severity::critical: return 45;
    case Severity::high: return 25;
    case Severity::medium: return 10;
    case Severity::low: return 2;
  }
  return 0;
}

std::string_view rating_of(int32_t points) { return points >= 80 ? "good" : points >= 60 ? "fair" : "poor"; }

HealthScore health_score_of(const SessionSummary& session, std::span<const Finding> findings) {
  HealthScore score{.is_judged = session.llm_calls > 0 || session.tool_calls > 0};
  if (!score.is_judged) return score;
  for (const Finding& finding : findings) {
    auto item = std::ranges::find(score.items, finding.rule, &ScoreItem::rule);
    if (item == score.items.end()) item = score.items.insert(item, {.rule = finding.rule});
    item->severity = std::max(item->severity, finding.severity);
    item->points = points_of(item->severity);
    ++item->findings;
  }
  std::ranges::stable_sort(score.items, std::ranges::greater(), &ScoreItem::points);
  for (const ScoreItem& item : score.items) score.points = std::max(0, score.points - item.points);
  return score;
}

}  // namespace strobe::analyze
