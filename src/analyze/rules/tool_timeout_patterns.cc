#include <map>

#include "analyze/rules/rules.h"
#include "analyze/rules/span_facts.h"
#include "analyze/rules/support.h"

// Tools that run into their timeout again and again. More than 20 % of ten and more calls are three and more, so that
// the counts say all of it.

namespace strobe::analyze {

namespace {

constexpr Threshold k_thresholds[] = {
    {"medium_from", 2, 1, 1'000'000, "timeouts of one tool from which it is medium"},
    {"high_from", 3, 1, 1'000'000, "timeouts of one tool from which it is high"},
};

void find(const RuleInput& input, std::vector<Finding>& findings) {
  struct Tool {
    int64_t calls = 0;
    std::vector<int32_t> timeouts;
  };
  std::map<std::string_view, Tool> tools;
  for (const int32_t tool : input.shape.tools) {
    const SpanView& span = input.session.spans[tool];
    Tool& counted = tools[tool_name_of(span)];
    ++counted.calls;
    if (has_timed_out(span)) counted.timeouts.push_back(tool);
  }
  for (const auto& [name, tool] : tools) {
    const auto count = static_cast<int64_t>(tool.timeouts.size());
    const bool is_high = count >= input.thresholds.get(k_tool_timeout_patterns, "high_from");
    if (!is_high && count < input.thresholds.get(k_tool_timeout_patterns, "medium_from")) continue;
    Finding finding{.rule = std::string(k_tool_timeout_patterns.id),
                    .severity = is_high ? Severity::high : Severity::medium};
    finding.title = "Tool " + quoted(name) + " timed out " + amount_of(count, "time");
    finding.evidence_text = std::to_string(count) + " of " + amount_of(tool.calls, "call");
    Spent spent;
    for (const int32_t timeout : tool.timeouts) spent.add(input.session.spans[timeout]);
    spent.put_into(finding);
    set_evidence(finding, tool.timeouts, input.session);
    finding.fixes = {"Raise the tool's timeout where its work needs the time",
                     "Make the tool faster, or split its work",
                     "Tell the agent not to repeat a call that timed out as it was"};
    findings.push_back(std::move(finding));
  }
}

}  // namespace

constinit const Rule k_tool_timeout_patterns = {
    .id = "tool_timeout_patterns",
    .summary = "a tool timed out again and again",
    .about = About::deeds,
    .thresholds = k_thresholds,
    .find = find,
};

}  // namespace strobe::analyze
