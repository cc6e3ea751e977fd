#pragma once

#include <span>
#include <string>

#include "analyze/analysis.h"
#include "json/write.h"
#include "model/session.h"
#include "view/text.h"

// What `analyze`, `issues` and `fixes` print: the looks of the attocode guide.

namespace strobe::view {

// "=== Trace Analysis ===": meta, metrics, anomalies, tools, score. `name`: what the session is called on the command
// line; empty: its short id.
std::string analysis_text(const SessionView& session, const analyze::Analysis& analysis, const std::string& name,
                          const TextStyle& style);
// "Detected Issues:": a line each.
std::string issues_text(const analyze::Analysis& analysis, const TextStyle& style);
// "Suggested Improvements:": what to do, each once, what helps most first.
std::string fixes_text(const analyze::Analysis& analysis, const TextStyle& style);

// An object each: {"session","metrics","findings","score","tools"}, {"session","findings"}, {"session","fixes"}.
void write_analysis(json::Writer& writer, const SessionView& session, const analyze::Analysis& analysis);
void write_issues(json::Writer& writer, const SessionView& session, const analyze::Analysis& analysis);
void write_fixes(json::Writer& writer, const SessionView& session, const analyze::Analysis& analysis);
// {"points","rating","items"}; null for a session that could not be judged.
void write_score(json::Writer& writer, const analyze::HealthScore& score);

// What several sessions have in common: a line a rule, most severe first. Empty for less than two sessions.
struct SessionFindings {
  SessionSummary session;
  std::vector<Finding> findings;
};
std::string findings_by_rule_text(std::span<const SessionFindings> sessions, const TextStyle& style);

}  // namespace strobe::view
