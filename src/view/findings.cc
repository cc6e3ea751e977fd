#include "view/findings.h"

#include <algorithm>
#include <array>

#include "view/phrases.h"

namespace strobe::view {

namespace {

constexpr size_t k_findings_shown_max = 3;

struct Explanation {
  std::string_view rule, command;
};

// Rules whose findings another command explains better than a list of fixes.
constexpr std::array k_explanations = std::to_array<Explanation>({
    {"cache_break", "context cache"},
    {"cache_inefficiency", "context cache"},
    {"cache_invalidation", "context cache"},
    {"context_limit_warning", "context growth"},
    {"context_overflow", "context growth"},
    {"error_loop", "blame"},
    {"error_streak", "blame"},
    {"slow_tool", "blame"},
    {"token_spike", "context growth"},
    {"token_outlier", "context growth"},
    {"tool_error_rate", "blame"},
});

}  // namespace

Color color_of(Severity severity) {
  switch (severity) {
    case Severity::critical:
    case Severity::high: return Color::red;
    case Severity::medium: return Color::yellow;
    case Severity::low: break;
  }
  return Color::dim;
}

std::string label_of(Severity severity) {
  std::string label(name_of(severity));
  std::ranges::transform(label, label.begin(), [](char c) { return static_cast<char>(c - 'a' + 'A'); });
  return "[" + label + "]";
}

std::string finding_line(const Finding& finding, const TextStyle& style, int indent) {
  const std::string label = label_of(finding.severity);
  const std::string text = safe(finding.rule) + ": " + safe(finding.title);
  const int room = style.width - indent - static_cast<int>(label.size()) - 1;
  return colored(style, color_of(finding.severity), label) + " " +
         (style.width > 0 ? fit(text, std::max(20, room)) : text);
}

std::string finding_cost(const Finding& finding) {
  std::string text;
  const auto add = [&](std::string more) { text += (text.empty() ? "" : ", ") + more; };
  if (finding.tokens > 0) add(amount(finding.tokens, "token"));
  if (finding.cost_kind != CostKind::unpriced && finding.cost_pico_usd > 0) {
    add(cost_text(finding.cost_kind, finding.cost_pico_usd));
  }
  if (finding.duration.ns > 0) add(duration(finding.duration));
  return text;
}

std::string_view command_for(const Finding& finding) {
  const auto found = std::ranges::find(k_explanations, std::string_view(finding.rule), &Explanation::rule);
  return found == k_explanations.end() ? "fixes" : found->command;
}

std::string findings_section(const SessionSummary& session, const Found& found, const TextStyle& style) {
  if (found.findings.empty()) return {};
  const std::string name = found.name.empty() ? short_id(session) : safe(found.name);
  const size_t shown = std::min(found.findings.size(), k_findings_shown_max);
  std::string out = "\nFindings\n";
  for (const Finding& finding : found.findings.first(shown)) out += "  " + finding_line(finding, style, 2) + "\n";
  if (shown < found.findings.size()) {
    out += "  and " + std::to_string(found.findings.size() - shown) + " more: strobe issues " + name + "\n";
  }
  // The worst comes first; what is low is told, but nobody need begin with it.
  if (found.findings.front().severity == Severity::low) return out;
  return out + "Start here: strobe " + std::string(command_for(found.findings.front())) + " " + name + "\n";
}

}  // namespace strobe::view
