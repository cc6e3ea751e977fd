#include "view/answers/analysis_text.h"

#include <algorithm>
#include <cstdio>
#include <map>
#include <set>

#include "view/answers/advice.h"
#include "view/findings.h"
#include "view/phrases.h"
#include "view/table.h"

namespace strobe::view {

namespace {

// Beyond these a line says how many more there are; -v shows all.
constexpr size_t k_anomalies_max = 20;
constexpr size_t k_tools_max = 20;
constexpr size_t k_fixes_max = 15;

size_t shown_of(size_t all, size_t most, const TextStyle& style) { return style.verbose ? all : std::min(all, most); }

std::string more_line(size_t left, std::string_view what) {
  return left == 0 ? "" : "  ... and " + std::to_string(left) + " more " + std::string(what) + ": -v shows all\n";
}

std::string indented(const std::string& text, int indent, const TextStyle& style) {
  return paragraph(text, style, {.first = indent, .rest = indent});
}

std::string meta_text(const SessionSummary& session, const TextStyle& style) {
  const int width = style.width > 0 ? std::max(20, style.width - 12) : 0;
  const auto line = [&](std::string_view label, const std::string& value) {
    return value.empty() ? "" : "  " + std::string(label) + ": " + (width > 0 ? fit(value, width) : value) + "\n";
  };
  std::string models;
  for (const std::string& model : session.models) models += (models.empty() ? "" : ", ") + model;
  std::string out = "Meta:\n";
  const std::string id = short_id(session);
  out += line("Session", session.key.empty() ? id : safe(session.key) + " (" + id + ")");
  out += line("Task", safe(session.task)) + line("Agent", safe(session.agent)) + line("Model", safe(models));
  return out + line("Status", std::string(name_of(session.status))) +
         line("Duration", duration(session.end - session.start));
}

std::string metrics_text(const SessionView& session, const analyze::SessionMetrics& metrics) {
  const Usage& usage = metrics.usage;
  std::string out = "\nMetrics:\n";
  out += "  Iterations: " + count(metrics.iterations);
  out += metrics.steps > metrics.iterations ? " (" + count(metrics.steps) + " with sub-agents)\n" : "\n";
  out += "  Total tokens: " + count(usage.total()) + "\n";
  out += "  Cache hit rate: " + cache_hit(session) + "\n";
  out += "  Cost: " + cost_text(metrics.cost_kind, metrics.cost_pico_usd) + "\n";
  out += "  Tool calls: " + count(metrics.tool_calls) + "\n";
  return out + "  Errors: " + count(metrics.errors) + "\n";
}

std::string anomalies_text(const SessionView& session, const std::vector<Finding>& findings, const TextStyle& style) {
  std::string out = "\nAnomalies Detected:\n";
  if (findings.empty()) return out + "  None\n";
  const size_t shown = shown_of(findings.size(), k_anomalies_max, style);
  for (const Finding& finding : std::span(findings).first(shown)) {
    const int indent = static_cast<int>(label_of(finding.severity).size()) + 3;
    out += "  " + finding_line(finding, style, 2) + "\n";
    if (!finding.evidence_text.empty()) out += indented("Evidence: " + safe(finding.evidence_text), indent, style);
    const std::string cost = finding_cost(finding);
    if (!cost.empty()) out += indented("Cost: " + cost, indent, style);
    std::string where = finding.step > 0 ? "step " + std::to_string(finding.step) : "";
    if (style.verbose && !finding.evidence.empty()) {
      where += where.empty() ? "spans" : ", spans";
      for (const int32_t span : finding.evidence) where += " " + session.spans[span].span.facts.span_id.hex();
      if (finding.evidence_dropped > 0) where += " and " + count(finding.evidence_dropped) + " more";
    }
    if (!where.empty()) out += indented("Where: " + where, indent, style);
  }
  return out + more_line(findings.size() - shown, "anomalies");
}

std::string tools_text(const analyze::SessionMetrics& metrics, const TextStyle& style) {
  std::string out = "\nTool Patterns:\n";
  if (metrics.tools.empty()) return out + "  No tool was called\n";
  const size_t shown = shown_of(metrics.tools.size(), k_tools_max, style);
  for (const analyze::ToolMetrics& tool : std::span(metrics.tools).first(shown)) {
    std::string line = fit(safe(tool.name), k_argument_width_max) + ": " + amount(tool.calls, "call");
    line += " (";
    if (tool.calls > tool.not_ended) {
      line += "average " + duration(tool.average()) + ", longest " + duration(tool.longest);
      if (tool.not_ended > 0) line += ", ";
    }
    if (tool.not_ended > 0) line += count(tool.not_ended) + " not ended";
    if (tool.errors > 0) line += ", " + count(tool.errors) + " failed";
    out += paragraph(line + ")", style, {.first = 2, .rest = 4});
  }
  return out + more_line(metrics.tools.size() - shown, "tools");
}

std::string score_text(const analyze::HealthScore& score, const TextStyle& style) {
  std::string out = "\nHealth Score: ";
  if (!score.is_judged) return out + "not judged (no call to a model or a tool)\n";
  const std::string_view rating = analyze::rating_of(score.points);
  const Color color = rating == "good" ? Color::green : rating == "fair" ? Color::yellow : Color::red;
  out += colored(style, color, std::to_string(score.points) + " of 100 (" + std::string(rating) + ")") + "\n";
  for (const analyze::ScoreItem& item : score.items) {
    out += "  " + padded(item.points > 0 ? "-" + std::to_string(item.points) : "0", 5) + safe(item.rule) + " (" +
           std::string(name_of(item.severity)) +
           (item.findings > 1 ? ", the worst of " + count(item.findings) : std::string()) + ")" +
           (item.same_as.empty() ? "" : ": counted in " + safe(item.same_as)) + "\n";
  }
  return out;
}

}  // namespace

std::string analysis_text(const SessionView& session, const analyze::Analysis& analysis, const std::string& name,
                          const TextStyle& style) {
  std::string out = colored(style, Color::bold, "=== Trace Analysis ===") + "\n\n";
  out += meta_text(session.summary, style) + metrics_text(session, analysis.metrics);
  out += anomalies_text(session, analysis.findings, style) + tools_text(analysis.metrics, style);
  out += score_text(analysis.score, style);
  if (analysis.findings.empty()) return out;
  const std::string called = name.empty() ? short_id(session.summary) : safe(name);
  const std::string_view command = command_for(analysis.findings.front());
  std::string next = "Next: strobe fixes " + called;
  if (command != "fixes") next += ", strobe " + std::string(command) + " " + called;
  return out + "\n" + paragraph(next, style, {.rest = 6});
}

std::string issues_text(const analyze::Analysis& analysis, const TextStyle& style) {
  std::string out = colored(style, Color::bold, "Detected Issues:") + "\n";
  if (analysis.findings.empty()) return out + "  None\n";
  for (const Finding& finding : analysis.findings) out += "  " + finding_line(finding, style, 2) + "\n";
  return out;
}

std::string fixes_text(const analyze::Analysis& analysis, const TextStyle& style) {
  std::string out = colored(style, Color::bold, "Suggested Improvements:") + "\n";
  const std::vector<Advice> all = advice_of(analysis.findings);
  if (all.empty()) return out + "  None: nothing wrong was found\n";
  const size_t shown = shown_of(all.size(), k_fixes_max, style);
  for (size_t i = 0; i < shown; ++i) {
    const std::string number = std::to_string(i + 1) + ". ";
    const std::string text = indented(safe(all[i].text), static_cast<int>(number.size()) + 2, style);
    out += "  " + number + text.substr(number.size() + 2);
    std::set<std::string_view> rules;
    std::string names;
    for (const Finding* finding : all[i].findings) {
      if (rules.insert(finding->rule).second) names += (names.empty() ? "" : ", ") + finding->rule;
    }
    out +=
        indented(colored(style, Color::dim, safe("for " + names)), static_cast<int>(number.size()) + 2, {.width = 0});
  }
  return out + more_line(all.size() - shown, "improvements");
}

std::string findings_by_rule_text(std::span<const SessionFindings> sessions, const TextStyle& style) {
  if (sessions.size() < 2) return {};
  struct Sum {
    Severity severity = Severity::low;
    int64_t findings = 0, sessions = 0;
  };
  std::map<std::string, Sum> sums;
  for (const SessionFindings& session : sessions) {
    std::set<std::string_view> seen;
    for (const Finding& finding : session.findings) {
      Sum& sum = sums[finding.rule];
      sum.severity = std::max(sum.severity, finding.severity);
      ++sum.findings;
      sum.sessions += seen.insert(finding.rule).second ? 1 : 0;
    }
  }
  std::string out =
      colored(style, Color::bold, "=== " + amount(static_cast<int64_t>(sessions.size()), "session") + " ===") + "\n\n";
  if (sums.empty()) return out + "Nothing wrong was found.\n";
  std::vector<std::pair<std::string, Sum>> sorted(sums.begin(), sums.end());
  std::ranges::stable_sort(sorted, [](const auto& a, const auto& b) {
    return std::pair(b.second.severity, b.second.sessions) < std::pair(a.second.severity, a.second.sessions);
  });
  std::vector<std::vector<std::string>> rows;
  for (const auto& [rule, sum] : sorted) {
    rows.push_back({rule, std::string(name_of(sum.severity)), count(sum.sessions), count(sum.findings)});
  }
  return out + render_table({{"RULE", false, true}, {"WORST"}, {"SESSIONS", true}, {"FINDINGS", true}}, rows, style);
}

}  // namespace strobe::view
