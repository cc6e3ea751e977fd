#include <unordered_map>

#include "analyze/failures.h"
#include "analyze/rules/rules.h"
#include "analyze/rules/support.h"

// The guide's: "3+ errors in session", high. An error is what the session's total counts: one failure that goes up
// through ten levels, or ends the process, is one.

namespace strobe::analyze {

namespace {

constexpr Threshold k_thresholds[] = {
    {"high_from", 3, 1, 1'000'000, "errors in the session from which it is high"},
};

// "tool bash (timeout)"
std::string label_of(const SpanView& span) {
  const SpanFacts& facts = span.span.facts;
  const bool is_tool = facts.kind == Kind::tool;
  std::string label = std::string(name_of(facts.kind)) + " " + quoted(is_tool ? tool_name_of(span) : facts.name);
  if (!facts.error_type.empty()) label += " (" + facts.error_type.substr(0, 60) + ")";
  return label;
}

std::string evidence_text_of(const SessionView& session, const std::vector<int32_t>& errors) {
  std::unordered_map<std::string, int64_t> counts;
  std::string most;
  for (const int32_t error : errors) {
    const std::string label = label_of(session.spans[error]);
    const int64_t count = ++counts[label];
    if (most.empty() || count > counts[most]) most = label;
  }
  if (counts.size() == errors.size()) return "Each of another kind, the first: " + label_of(session.spans[errors[0]]);
  return (counts[most] == static_cast<int64_t>(errors.size()) ? "All of them: "
                                                              : std::to_string(counts[most]) + " of them: ") +
         most;
}

void find(const RuleInput& input, std::vector<Finding>& findings) {
  std::vector<int32_t> errors = failures_of(input.session);
  const int64_t high_from = input.thresholds.get(k_error_loop, "high_from");
  if (errors.empty() || static_cast<int64_t>(errors.size()) < high_from) return;
  Finding finding{.rule = std::string(k_error_loop.id), .severity = Severity::high};
  finding.title = "Session had " + amount_of(static_cast<int64_t>(errors.size()), "error");
  finding.evidence_text = evidence_text_of(input.session, errors);
  Spent spent;
  for (const int32_t error : errors) spent.add(input.session.spans[error]);
  spent.put_into(finding);
  set_evidence(finding, std::move(errors), input.session);
  finding.fixes = {"Look for a pattern in what the failing tools say",
                   "Review permissions and configuration of what fails",
                   "Find out whether a service outside is failing",
                   "Ask strobe blame for the chain from each failure up to what it broke"};
  findings.push_back(std::move(finding));
}

}  // namespace

constinit const Rule k_error_loop = {
    .id = "error_loop",
    .summary = "many things failed",
    .about = About::deeds,
    .thresholds = k_thresholds,
    .find = find,
};

}  // namespace strobe::analyze
