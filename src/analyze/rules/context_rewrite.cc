#include <algorithm>
#include <string>
#include <vector>

#include "analyze/rules/rules.h"
#include "analyze/rules/support.h"

// Messages of a conversation were edited or dropped, and it did not get much shorter by it: what stands behind the
// first of them is paid in full again, for caches go by the beginning. Where it got shorter it was a compaction. An
// edit near the end, of a reminder that is always the last message, costs next to nothing and is not told.

namespace strobe::analyze {

namespace {

constexpr Threshold k_thresholds[] = {
    {"tokens_from", 1'000, 1, 1'000'000'000,
     "estimated tokens behind the first edited message without which it is nothing"},
    {"medium_from", 1, 1, 1'000'000, "rewrites in the session from which it is medium"},
    {"high_from", 10, 1, 1'000'000, "rewrites in the session from which it is high"},
};

void find(const RuleInput& input, std::vector<Finding>& findings) {
  const auto threshold = [&](std::string_view name) { return input.thresholds.get(k_context_rewrite, name); };
  const int64_t compaction_percent = input.thresholds.get(k_compaction, "percent_from");
  std::vector<int32_t> evidence;
  Spent spent;
  int64_t gone = 0;
  int32_t first_message = 0;
  for (const Rewrite& rewrite : input.shared.rewrites()) {
    if (rewrite.tokens_gone < threshold("tokens_from") || rewrite.is_shorter_by(compaction_percent)) continue;
    if (evidence.empty()) first_message = rewrite.message;
    evidence.push_back(rewrite.pair->span);
    gone = add_saturated(gone, rewrite.tokens_gone);
    if (rewrite.pair->avoidable_tokens <= 0) continue;
    spent.tokens = add_saturated(spent.tokens, rewrite.pair->avoidable_tokens);
    spent.cost.add(rewrite.pair->cost_kind, rewrite.pair->cost_pico_usd);
  }
  const auto times = static_cast<int64_t>(evidence.size());
  if (times < std::min(threshold("medium_from"), threshold("high_from"))) return;
  Finding finding{.rule = std::string(k_context_rewrite.id)};
  finding.severity = times >= threshold("high_from") ? Severity::high : Severity::medium;
  finding.title = "The conversation was rewritten " + amount_of(times, "time");
  finding.evidence_text = "First at message " + std::to_string(first_message + 1) + "; about " +
                          amount_of(gone, "token") + " stood behind the places that changed";
  spent.put_into(finding);
  set_evidence(finding, std::move(evidence), input.session);
  finding.fixes = {"Only add behind what was sent: a message that changes makes the cache lose all behind it",
                   "Shorten seldom and by much (compaction) instead of a little before every call",
                   "Put what changes from call to call into the last message",
                   "Ask strobe context diff for what changed between two calls"};
  findings.push_back(std::move(finding));
}

}  // namespace

constinit const Rule k_context_rewrite = {
    .id = "context_rewrite",
    .summary = "messages in the middle of a conversation were edited or dropped",
    .about = About::cache,
    .thresholds = k_thresholds,
    .find = find,
};

}  // namespace strobe::analyze
