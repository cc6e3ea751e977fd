#include "analyze/rules/rules.h"
#include "analyze/rules/support.h"

// A large share of all calls of tools failed. One failure alone is no rate, however few calls there were: low.

namespace strobe::analyze {

namespace {

constexpr Threshold k_thresholds[] = {
    {"failed_above", 30, 0, 100, "percent of the calls of tools that failed above which it is high"},
    {"calls_from", 3, 1, 1'000'000, "calls of tools from which it is judged"},
};

void find(const RuleInput& input, std::vector<Finding>& findings) {
  std::vector<int32_t> failed;
  Spent spent;
  for (const int32_t tool : input.shape.tools) {
    if (!has_failed(input.session.spans[tool])) continue;
    failed.push_back(tool);
    spent.add(input.session.spans[tool]);
  }
  const auto calls = static_cast<int64_t>(input.shape.tools.size());
  const auto count = static_cast<int64_t>(failed.size());
  if (calls < input.thresholds.get(k_tool_error_rate, "calls_from")) return;
  if (!is_above_percent(count, calls, input.thresholds.get(k_tool_error_rate, "failed_above"))) return;
  Finding finding{.rule = std::string(k_tool_error_rate.id), .severity = count > 1 ? Severity::high : Severity::low};
  finding.title = std::to_string(count) + " of " + amount_of(calls, "tool call") + " failed";
  finding.evidence_text = std::to_string(percent_of(count, calls)) + "% of what the agent tried came to nothing";
  spent.put_into(finding);
  set_evidence(finding, std::move(failed), input.session);
  finding.fixes = {"Read what the failing tools say, and let the description of each say how it wants to be called",
                   "Check permissions, paths and services that the tools need before the run"};
  findings.push_back(std::move(finding));
}

}  // namespace

constinit const Rule k_tool_error_rate = {
    .id = "tool_error_rate",
    .summary = "many of the calls of tools failed",
    .about = About::deeds,
    .thresholds = k_thresholds,
    .find = find,
};

}  // namespace strobe::analyze
