#include "analyze/rules/rules.h"
#include "analyze/rules/support.h"

// Calls that were answered with nothing: no token, no text, no tool. Judged only where the source told the output.

namespace strobe::analyze {

namespace {

bool is_empty(const SpanView& call) {
  const SpanFacts& facts = call.span.facts;
  return facts.has_usage && call.span.reported.output.has_value() && facts.usage.output == 0 &&
         facts.usage.reasoning == 0 && !has_failed(call) && call.span.output.empty() && call.output_messages.empty() &&
         facts.requested_tool_call_ids.empty();
}

void find(const RuleInput& input, std::vector<Finding>& findings) {
  std::vector<int32_t> evidence;
  Spent spent;
  for (const int32_t call : input.shape.calls) {
    if (!is_empty(input.session.spans[call])) continue;
    evidence.push_back(call);
    spent.add(input.session.spans[call]);
  }
  if (evidence.empty()) return;
  Finding finding{.rule = std::string(k_empty_response.id), .severity = Severity::low};
  finding.title = amount_of(static_cast<int64_t>(evidence.size()), "call") + " got an empty answer";
  const SpanView& first = input.session.spans[evidence.front()];
  finding.evidence_text = first.span.finish_reasons.empty()
                              ? "No output token was counted, and no error was told"
                              : "It ended with " + quoted(first.span.finish_reasons.front());
  spent.put_into(finding);
  set_evidence(finding, std::move(evidence), input.session);
  finding.fixes = {"Look why the answer ended: a content filter, a limit on tokens, a stop sequence",
                   "Ask again once when an answer is empty, and report it when it stays so"};
  findings.push_back(std::move(finding));
}

}  // namespace

constinit const Rule k_empty_response = {
    .id = "empty_response",
    .summary = "a model answered with nothing",
    .thresholds = {},
    .find = find,
};

}  // namespace strobe::analyze
