#include <algorithm>
#include <unordered_map>

#include "analyze/rules/rules.h"
#include "analyze/rules/support.h"

// Tools that take long: on average, or once very long. Tools that run an agent or call a model are as slow as those,
// and not judged here; nor are those that wait, or watch for a state to change: that is what they are for.

namespace strobe::analyze {

namespace {

constexpr Threshold k_thresholds[] = {
    {"medium_average_ms", 5'000, 1, 86'400'000, "average duration of a tool in milliseconds above which it is medium"},
    {"high_average_ms", 10'000, 1, 86'400'000, "average duration of a tool in milliseconds above which it is high"},
    {"single_ms", 30'000, 1, 86'400'000, "duration of one call in milliseconds above which it is medium"},
};

constexpr int64_t k_ns_per_ms = 1'000'000;

// For each span whether an agent or a call to a model stands somewhere below it.
std::vector<bool> delegates(const RuleInput& input) {
  const std::vector<SpanView>& spans = input.session.spans;
  std::vector<bool> marked(spans.size());
  const auto mark_above = [&](int32_t span) {
    for (int32_t at = spans[span].parent; at >= 0 && !marked[at]; at = spans[at].parent) marked[at] = true;
  };
  std::ranges::for_each(input.shape.calls, mark_above);
  std::ranges::for_each(input.shared.agents(), mark_above);
  return marked;
}

struct Tool {
  std::string_view name;
  int64_t calls = 0;
  DurationNs total, longest;
  std::vector<int32_t> spans;
};

void judge(const RuleInput& input, const Tool& tool, std::vector<Finding>& findings) {
  const auto limit = [&](std::string_view name) { return input.thresholds.get(k_slow_tool, name) * k_ns_per_ms; };
  const DurationNs average{tool.total.ns / tool.calls};
  const bool is_slow = average.ns > limit("medium_average_ms");
  const bool is_high = average.ns > limit("high_average_ms");
  const bool is_single = tool.longest.ns > limit("single_ms");
  if (!is_slow && !is_high && !is_single) return;
  Finding finding{.rule = std::string(k_slow_tool.id), .severity = is_high ? Severity::high : Severity::medium};
  finding.title = is_slow || is_high ? "Tool " + quoted(tool.name) + " takes " + seconds_of(average) + " on average"
                                     : "One call of tool " + quoted(tool.name) + " took " + seconds_of(tool.longest);
  finding.evidence_text = "Over " + amount_of(tool.calls, "call") + ", the longest " + seconds_of(tool.longest);
  const int64_t bearable =
      is_slow || is_high ? std::min(limit("medium_average_ms"), limit("high_average_ms")) : limit("single_ms");
  std::vector<int32_t> slow;
  for (const int32_t span : tool.spans) {
    const DurationNs duration = input.session.spans[span].span.facts.duration();
    if (duration.ns <= bearable) continue;
    slow.push_back(span);
    finding.duration = finding.duration + DurationNs{duration.ns - bearable};
  }
  set_evidence(finding, std::move(slow), input.session);
  finding.fixes = {"Make the tool faster: narrow what it searches, cache what it computes",
                   "Give it a timeout, and tell the agent what to do then",
                   "Let the agent call it together with others, at the same time"};
  findings.push_back(std::move(finding));
}

void find(const RuleInput& input, std::vector<Finding>& findings) {
  const std::vector<bool> is_delegating = delegates(input);
  std::unordered_map<std::string_view, size_t> index;
  std::vector<Tool> tools;
  const ToolColumns& columns = input.shared.tools();
  for (size_t i = 0; i < input.shape.tools.size(); ++i) {
    const int32_t span = input.shape.tools[i];
    const SpanView& view = input.session.spans[span];
    if (columns.is_wait[i] || columns.watches[i] || columns.looks[columns.tool[i]]) continue;
    if (is_delegating[span] || view.span.facts.end < view.span.facts.start) continue;  // the latter has not ended
    const auto [found, is_new] = index.emplace(tool_name_of(view), tools.size());
    if (is_new) tools.push_back({.name = found->first});
    Tool& tool = tools[found->second];
    ++tool.calls;
    tool.total = tool.total + view.span.facts.duration();
    tool.longest = std::max(tool.longest, view.span.facts.duration());
    tool.spans.push_back(span);
  }
  for (const Tool& tool : tools) judge(input, tool, findings);
}

}  // namespace

constinit const Rule k_slow_tool = {
    .id = "slow_tool",
    .summary = "a tool takes long",
    .thresholds = k_thresholds,
    .find = find,
};

}  // namespace strobe::analyze
