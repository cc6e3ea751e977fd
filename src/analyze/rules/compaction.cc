#include <algorithm>
#include <string>
#include <vector>

#include "analyze/rules/rules.h"
#include "analyze/rules/support.h"

// A conversation went on much shorter than it was: history was summed up or cut. Nothing wrong by itself; what the
// agent forgot at that point explains much of what it does behind it.

namespace strobe::analyze {

namespace {

constexpr Threshold k_thresholds[] = {
    {"percent_from", 30, 1, 100, "percent by which the conversation got shorter from which it is a compaction"},
    {"tokens_from", 1'000, 1, 1'000'000'000, "input tokens of the call before without which it is nothing"},
};

void find(const RuleInput& input, std::vector<Finding>& findings) {
  const int64_t percent_from = input.thresholds.get(k_compaction, "percent_from");
  const int64_t tokens_from = input.thresholds.get(k_compaction, "tokens_from");
  std::vector<int32_t> evidence;
  int64_t before = 0;
  int64_t after = 0;
  for (const Rewrite& rewrite : input.shared.rewrites()) {
    // As the call counts them where it does.
    const Usage& before_usage = input.session.spans[rewrite.pair->before].span.facts.usage;
    const int64_t sent = std::max(rewrite.tokens_before, before_usage.total_input());
    if (sent < tokens_from || !rewrite.is_shorter_by(percent_from)) continue;
    if (evidence.empty()) before = rewrite.tokens_before;
    if (evidence.empty()) after = rewrite.tokens_after;
    evidence.push_back(rewrite.pair->span);
  }
  if (evidence.empty()) return;
  Finding finding{.rule = std::string(k_compaction.id), .severity = Severity::low};
  finding.title = "The conversation was compacted " + amount_of(static_cast<int64_t>(evidence.size()), "time");
  finding.evidence_text = "First from about " + std::to_string(before) + " to about " + amount_of(after, "token");
  set_evidence(finding, std::move(evidence), input.session);
  finding.fixes = {
      "Read what was left with strobe context diff, and keep what the agent needs later in a file or a plan",
      "Cap tool results and drop tools that are not used, so that it comes later",
      "Start a new session for the next task instead of going on in a compacted one"};
  findings.push_back(std::move(finding));
}

}  // namespace

constinit const Rule k_compaction = {
    .id = "compaction",
    .summary = "a conversation went on much shorter than it was",
    .about = About::cache,
    .thresholds = k_thresholds,
    .find = find,
};

}  // namespace strobe::analyze
