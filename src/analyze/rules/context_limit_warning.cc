#include <algorithm>
#include <map>
#include <utility>

#include "analyze/rules/rules.h"
#include "analyze/rules/support.h"

// The largest single request against its model's context window. Each request by itself: a window is not used up by
// the requests before it. Models whose window is not known are not judged.

namespace strobe::analyze {

namespace {

constexpr Threshold k_thresholds[] = {
    {"medium_above", 70, 1, 100, "percent of the window in one request above which it is medium"},
    {"critical_above", 90, 1, 100, "percent of the window in one request above which it is critical"},
};

void find(const RuleInput& input, std::vector<Finding>& findings) {
  const int64_t medium_above = input.thresholds.get(k_context_limit_warning, "medium_above");
  const int64_t critical_above = input.thresholds.get(k_context_limit_warning, "critical_above");
  std::map<std::pair<std::string_view, std::string_view>, int64_t> windows;
  std::vector<int32_t> evidence;
  long double fullest = 0;
  int32_t largest = -1;
  int64_t window_of_largest = 0;
  for (const int32_t call : input.shape.calls) {
    const SpanFacts& facts = input.session.spans[call].span.facts;
    if (!facts.has_usage) continue;
    const auto [known, is_new] = windows.try_emplace({facts.provider, facts.model}, 0);
    if (is_new) {
      const prices::Model* model = input.money.model_of(facts);
      known->second = model == nullptr ? 0 : model->context_window.value_or(0);
    }
    const int64_t window = known->second;
    const int64_t tokens = facts.usage.total_input();
    if (!is_above_percent(tokens, window, std::min(medium_above, critical_above))) continue;
    evidence.push_back(call);
    const long double filled = static_cast<long double>(tokens) / static_cast<long double>(window);
    if (filled <= fullest) continue;
    fullest = filled;
    largest = call;
    window_of_largest = window;
  }
  if (largest < 0) return;
  const SpanView& span = input.session.spans[largest];
  const int64_t tokens = span.span.facts.usage.total_input();
  const bool is_critical = is_above_percent(tokens, window_of_largest, critical_above);
  Finding finding{.rule = std::string(k_context_limit_warning.id),
                  .severity = is_critical ? Severity::critical : Severity::medium};
  finding.title =
      "A request filled " + std::to_string(percent_of(tokens, window_of_largest)) + "% of the context window";
  finding.evidence_text = std::to_string(tokens) + " input tokens at step " + std::to_string(span.step) +
                          "; the window of " + span.span.facts.model + " is " + std::to_string(window_of_largest);
  set_evidence(finding, std::move(evidence), input.session);
  finding.fixes = {"Compact the conversation earlier, or start a new session for the next task",
                   "Find out what fills it: strobe context profile",
                   "Cap what tools may return: strobe context growth --cap-tool-results says what that would give"};
  findings.push_back(std::move(finding));
}

}  // namespace

constinit const Rule k_context_limit_warning = {
    .id = "context_limit_warning",
    .summary = "a request nearly filled the model's context window",
    .about = About::size,
    .thresholds = k_thresholds,
    .find = find,
};

}  // namespace strobe::analyze
