#include <algorithm>
#include <array>

#include "analyze/rules/rules.h"
#include "analyze/rules/span_facts.h"
#include "analyze/rules/support.h"

// A request was larger than the model's window: the provider refused it, the answer ended for it, or the agent says so.

namespace strobe::analyze {

namespace {

// As providers and agents put it.
constexpr auto k_words = std::to_array<std::string_view>({"context_length", "context length", "context window",
                                                          "context_window", "context_overflow", "prompt is too long",
                                                          "too many tokens", "maximum context", "input is too long"});

bool has_overflowed(const SpanView& call) {
  if (std::ranges::find(call.span.finish_reasons, "model_context_window_exceeded") != call.span.finish_reasons.end()) {
    return true;
  }
  if (!has_failed(call)) return false;
  return mentions(call.span.facts.error_type, k_words) ||
         (call.raw != nullptr && mentions(call.raw->status_message.substr(0, 1'000), k_words));
}

void find(const RuleInput& input, std::vector<Finding>& findings) {
  std::vector<int32_t> evidence;
  for (const int32_t call : input.shape.calls) {
    if (has_overflowed(input.session.spans[call])) evidence.push_back(call);
  }
  const auto refused = static_cast<int64_t>(evidence.size());
  for (const Mark& mark : input.shared.marks(MarkKind::context_overflow)) evidence.push_back(mark.span);
  if (evidence.empty()) return;
  Spent spent;
  for (const int32_t span : evidence) spent.add(input.session.spans[span]);
  Finding finding{.rule = std::string(k_context_overflow.id), .severity = Severity::critical};
  finding.title = "The context window was exceeded";
  finding.evidence_text = refused > 0 ? amount_of(refused, "request") + " did not fit into the model's window"
                                      : std::string("The agent says so");
  spent.put_into(finding);
  set_evidence(finding, std::move(evidence), input.session);
  finding.fixes = {"Compact the conversation before it is full: strobe context growth says when that is",
                   "Cap what tools may return", "Use a model with a larger window for this task"};
  findings.push_back(std::move(finding));
}

}  // namespace

constinit const Rule k_context_overflow = {
    .id = "context_overflow",
    .summary = "a request did not fit into the model's context window",
    .about = About::deeds,
    .thresholds = {},
    .find = find,
};

}  // namespace strobe::analyze
