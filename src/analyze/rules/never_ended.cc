#include <algorithm>
#include <string>
#include <vector>

#include "analyze/rules/rules.h"
#include "analyze/rules/support.h"

// Spans without an end in a session that is not running any more: the process died, or the end was not sent.

namespace strobe::analyze {

namespace {

constexpr Threshold k_thresholds[] = {
    {"low_from", 1, 1, 1'000'000, "spans without an end from which it is told"},
    {"medium_from", 3, 1, 1'000'000, "spans without an end from which it is medium"},
};

void find(const RuleInput& input, std::vector<Finding>& findings) {
  if (input.session.summary.status == SessionStatus::running) return;
  std::vector<int32_t> open;
  int64_t calls = 0;
  int64_t tools = 0;
  for (size_t i = 0; i < input.session.spans.size(); ++i) {
    const SpanFacts& facts = input.session.spans[i].span.facts;
    if (facts.end.ns != 0) continue;
    open.push_back(static_cast<int32_t>(i));
    calls += facts.kind == Kind::llm ? 1 : 0;
    tools += facts.kind == Kind::tool ? 1 : 0;
  }
  const auto count = static_cast<int64_t>(open.size());
  const int64_t medium_from = input.thresholds.get(k_never_ended, "medium_from");
  if (count < std::min(medium_from, input.thresholds.get(k_never_ended, "low_from"))) return;
  Finding finding{.rule = std::string(k_never_ended.id)};
  finding.severity = count >= medium_from ? Severity::medium : Severity::low;
  finding.title = amount_of(count, "span") + " never ended";
  finding.evidence_text = "The session is over, and no end of them has arrived";
  if (calls + tools > 0) {
    finding.evidence_text +=
        "; " + amount_of(calls, "call") + " to a model and " + amount_of(tools, "tool") + " among them";
  }
  set_evidence(finding, std::move(open), input.session);
  finding.fixes = {"Flush telemetry before the process ends, also when it ends by a signal or an exception",
                   "End spans in a finally or a with block",
                   "Look at what stands in the first of them: if it hung, give it a time limit"};
  findings.push_back(std::move(finding));
}

}  // namespace

constinit const Rule k_never_ended = {
    .id = "never_ended",
    .summary = "spans without an end in a session that is over",
    .thresholds = k_thresholds,
    .find = find,
};

}  // namespace strobe::analyze
