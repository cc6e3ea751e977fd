#include <algorithm>
#include <string>
#include <vector>

#include "analyze/find_call.h"
#include "analyze/heads.h"
#include "analyze/rules/rules.h"
#include "analyze/rules/support.h"

// The tools that a model is offered change from call to call of a lane. They stand at the very beginning of a request,
// so the cache loses everything, and the model has to find its way again.

namespace strobe::analyze {

namespace {

constexpr Threshold k_thresholds[] = {
    {"low_from", 1, 1, 1'000'000, "changes in the session from which it is told"},
    {"medium_from", 2, 1, 1'000'000, "changes in the session from which it is medium"},
    {"high_from", 5, 1, 1'000'000, "changes in the session from which it is high"},
};

struct Churn {
  int64_t reordered = 0, modified = 0, added_or_removed = 0;
  std::vector<int32_t> evidence;
  std::string first_name;  // of a tool that changed
  Spent spent;

  void add(const CachePair& pair, const ToolChanges& changes) {
    evidence.push_back(pair.span);
    const bool is_other_set = !changes.added.empty() || !changes.removed.empty();
    ++(is_other_set ? added_or_removed : !changes.modified.empty() ? modified : reordered);
    for (const auto* names : {&changes.added, &changes.removed, &changes.modified}) {
      if (first_name.empty() && !names->empty()) first_name = names->front();
    }
    if (pair.avoidable_tokens <= 0) return;
    spent.tokens = add_saturated(spent.tokens, pair.avoidable_tokens);
    spent.cost.add(pair.cost_kind, pair.cost_pico_usd);
  }

  std::string text() const {
    std::string text;
    const auto part = [&](int64_t count, std::string_view what) {
      if (count > 0) text += (text.empty() ? "" : ", ") + amount_of(count, "time") + " " + std::string(what);
    };
    part(added_or_removed, "added or removed");
    part(modified, "another definition");
    part(reordered, "only another order");
    return text + (first_name.empty() ? "" : "; first: " + quoted(first_name));
  }
};

void find(const RuleInput& input, std::vector<Finding>& findings) {
  const SessionContexts& contexts = input.session.contexts;
  if (!contexts.is_loaded || input.session.lanes.empty()) return;
  Heads heads(contexts);
  Churn churn;
  for (const CachePair& pair : input.shared.cache().pairs) {
    if (!has_whole_context(input.session, pair.before) || !has_whole_context(input.session, pair.span)) continue;
    const int32_t before = contexts.contexts[contexts.of_span[pair.before]].head;
    const int32_t after = contexts.contexts[contexts.of_span[pair.span]].head;
    if (before == after || contexts.heads[before].tools == contexts.heads[after].tools) continue;
    const ToolChanges& changes = heads.tool_changes(before, after);
    if (changes.any()) churn.add(pair, changes);
  }
  const auto threshold = [&](std::string_view name) { return input.thresholds.get(k_tool_schema_churn, name); };
  const auto times = static_cast<int64_t>(churn.evidence.size());
  if (times < std::min({threshold("low_from"), threshold("medium_from"), threshold("high_from")})) return;
  Finding finding{.rule = std::string(k_tool_schema_churn.id)};
  finding.severity = times >= threshold("high_from")     ? Severity::high
                     : times >= threshold("medium_from") ? Severity::medium
                                                         : Severity::low;
  finding.title = "Tool definitions changed " + amount_of(times, "time") + " within a conversation";
  finding.evidence_text = churn.text();
  churn.spent.put_into(finding);
  set_evidence(finding, std::move(churn.evidence), input.session);
  finding.fixes = {"Offer the same tools in the same order on each call, and say in the prompt which ones to use now",
                   "Write definitions without times, ids and counts, and JSON with its keys in a fixed order",
                   "Put tools that are found later behind those that are always there"};
  findings.push_back(std::move(finding));
}

}  // namespace

constinit const Rule k_tool_schema_churn = {
    .id = "tool_schema_churn",
    .summary = "tool definitions change between the calls of a conversation",
    .about = About::cache,
    .thresholds = k_thresholds,
    .find = find,
};

}  // namespace strobe::analyze
