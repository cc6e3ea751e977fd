#pragma once

#include <set>
#include <string>
#include <vector>

#include "analyze/findings.h"

namespace strobe::analyze {

// What one rule finds.
inline std::vector<Finding> findings_by(const SessionView& session, std::string_view rule,
                                        const Thresholds& thresholds = {}) {
  std::vector<Finding> findings = findings_of(session, thresholds);
  std::erase_if(findings, [&](const Finding& finding) { return finding.rule != rule; });
  return findings;
}

// The same, one "[severity] title" a line. Each finding is checked to be whole: evidence in order, fixes, a text.
inline std::string found(const SessionView& session, std::string_view rule, const Thresholds& thresholds = {}) {
  std::string text;
  for (const Finding& finding : findings_by(session, rule, thresholds)) {
    text += "[" + std::string(name_of(finding.severity)) + "] " + finding.title + "\n";
    const bool is_whole = !finding.fixes.empty() && !finding.evidence.empty() && !finding.evidence_text.empty() &&
                          std::set(finding.evidence.begin(), finding.evidence.end()).size() == finding.evidence.size();
    if (!is_whole) text += "  (not whole)\n";
  }
  return text;
}

}  // namespace strobe::analyze
