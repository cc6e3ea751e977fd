#include "analyze/health_score.h"

#include <algorithm>
#include <array>
#include <map>
#include <unordered_map>

#include "analyze/rules/rule.h"

namespace strobe::analyze {

namespace {

// The spans that findings told which were charged, and by which rule, for each thing that rules are about.
class Charged {
 public:
  // The rule that told most of the finding's spans, when all that others told are at least half of them; else empty.
  // Of a finding with more than k_evidence_max spans the first ones stand for all.
  std::string_view told_by(const Finding& finding) {
    const Spans* const spans = spans_of(finding);
    if (spans == nullptr) return {};
    std::map<std::string_view, size_t> counts;
    size_t told = 0;
    for (const int32_t span : finding.evidence) {
      const auto found = spans->find(span);
      if (found == spans->end() || found->second == finding.rule) continue;
      ++told;
      ++counts[found->second];
    }
    if (told == 0 || 2 * told < finding.evidence.size()) return {};
    return std::ranges::max_element(counts, {}, [](const auto& count) { return count.second; })->first;
  }
  void add(const Finding& finding) {
    Spans* const spans = spans_of(finding);
    if (spans == nullptr) return;
    for (const int32_t span : finding.evidence) spans->emplace(span, finding.rule);
  }

 private:
  using Spans = std::unordered_map<int32_t, std::string_view>;
  // Null: no other rule tells what this one does.
  Spans* spans_of(const Finding& finding) {
    const Rule* const rule = find_rule(finding.rule);
    if (rule == nullptr || rule->about == About::itself) return nullptr;
    return &by_thing_[static_cast<size_t>(rule->about)];
  }

  std::array<Spans, 4> by_thing_;
};

size_t spans_in(const Finding& finding) {
  return finding.evidence.size() + static_cast<size_t>(finding.evidence_dropped);
}

}  // namespace

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
  std::vector<const Finding*> worst_first;
  for (const Finding& finding : findings) worst_first.push_back(&finding);
  std::ranges::stable_sort(worst_first, [](const Finding* a, const Finding* b) {
    return std::pair(b->severity, spans_in(*b)) < std::pair(a->severity, spans_in(*a));
  });
  Charged charged;
  for (const Finding* finding : worst_first) {
    auto item = std::ranges::find(score.items, finding->rule, &ScoreItem::rule);
    if (item == score.items.end()) item = score.items.insert(item, {.rule = finding->rule});
    item->severity = std::max(item->severity, finding->severity);
    ++item->findings;
    if (item->points > 0) {
      charged.add(*finding);
      continue;
    }
    const std::string_view told_by = charged.told_by(*finding);
    if (!told_by.empty()) {
      if (item->same_as.empty()) item->same_as = told_by;
      continue;
    }
    item->severity = finding->severity;
    item->points = points_of(finding->severity);
    item->same_as.clear();
    charged.add(*finding);
  }
  // As the findings come.
  std::ranges::sort(score.items, {}, [&](const ScoreItem& item) {
    return std::ranges::find(findings, item.rule, &Finding::rule) - findings.begin();
  });
  if (session.status == SessionStatus::error) {
    score.items.push_back({.rule = "session_failed", .severity = Severity::high, .points = points_of(Severity::high)});
  }
  std::ranges::stable_sort(score.items, std::ranges::greater(), &ScoreItem::points);
  for (const ScoreItem& item : score.items) score.points = std::max(0, score.points - item.points);
  return score;
}

}  // namespace strobe::analyze
