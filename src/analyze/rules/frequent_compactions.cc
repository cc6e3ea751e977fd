#include <algorithm>
#include <unordered_map>

#include "analyze/rules/rules.h"
#include "analyze/rules/span_facts.h"
#include "analyze/rules/support.h"

// An agent's conversation was compacted more than three times within twenty of its steps: it works at the edge of its
// window, and forgets what it does. A compaction is a conversation that went on shorter, or the agent's own word for
// it.

namespace strobe::analyze {

namespace {

constexpr Threshold k_thresholds[] = {
    {"compactions_above", 3, 1, 1'000'000, "compactions within the steps beyond which it is medium"},
    {"steps", 20, 2, 1'000'000, "steps of an agent that are looked at together"},
    {"percent_from", 30, 1, 100, "percent by which a conversation got shorter from which it was compacted"},
};

// The spans that go on with a compacted conversation, in order: as contexts show it, else as agents say it.
std::vector<int32_t> compactions(const RuleInput& input) {
  const int64_t percent_from = input.thresholds.get(k_frequent_compactions, "percent_from");
  std::vector<int32_t> spans;
  for (const Rewrite& rewrite : input.shared.rewrites()) {
    if (rewrite.is_shorter_by(percent_from)) spans.push_back(rewrite.pair->span);
  }
  if (!spans.empty()) return spans;
  for (const Mark& mark : input.shared.marks(MarkKind::compacted)) {
    spans.push_back(mark.span);
  }
  return spans;
}

// The compactions of each loop, in order. What an agent only says of itself is its first loop's.
std::vector<std::vector<int32_t>> compactions_of(const RuleInput& input, const std::vector<AgentLoop>& loops) {
  std::unordered_map<int32_t, size_t> loop_of_lane, loop_of_agent;
  for (size_t i = 0; i < loops.size(); ++i) {
    loop_of_lane.emplace(loops[i].lane, i);
    loop_of_agent.emplace(loops[i].agent, i);
  }
  std::vector<int32_t> spans = compactions(input);
  std::ranges::sort(spans);
  std::vector<std::vector<int32_t>> of_loops(loops.size());
  for (const int32_t span : spans) {
    const SpanView& view = input.session.spans[span];
    const auto& known = view.is_llm_call ? loop_of_lane : loop_of_agent;
    const auto found = known.find(view.is_llm_call ? view.lane : input.shape.agent_of[span]);
    if (found != known.end()) of_loops[found->second].push_back(span);
  }
  return of_loops;
}

void find(const RuleInput& input, std::vector<Finding>& findings) {
  const auto most = static_cast<size_t>(input.thresholds.get(k_frequent_compactions, "compactions_above"));
  const int64_t steps = input.thresholds.get(k_frequent_compactions, "steps");
  const std::vector<AgentLoop>& loops = loops_of(input);
  const std::vector<std::vector<int32_t>> of_loops = compactions_of(input, loops);
  for (size_t i = 0; i < loops.size(); ++i) {
    const std::vector<int32_t>& spans = of_loops[i];
    // How many of the agent's steps began before the compaction.
    const auto steps_before = [&](int32_t span) {
      return std::ranges::lower_bound(loops[i].calls, span) - loops[i].calls.begin();
    };
    size_t first = 0;
    for (size_t last = 0; last < spans.size(); ++last) {
      while (steps_before(spans[last]) - steps_before(spans[first]) >= steps) ++first;
      if (last - first + 1 <= most) continue;
      Finding finding{.rule = std::string(k_frequent_compactions.id), .severity = Severity::medium};
      finding.title = std::to_string(spans.size()) + " compactions of one conversation";
      finding.evidence_text = std::to_string(last - first + 1) + " of them within " + amount_of(steps, "step");
      set_evidence(finding, spans, input.session);
      finding.fixes = {"Keep big results out of the conversation: files, or tools that return parts",
                       "Compact to a smaller size, so that it lasts longer",
                       "Give parts of the task to sub-agents with windows of their own"};
      findings.push_back(std::move(finding));
      break;
    }
  }
}

}  // namespace

constinit const Rule k_frequent_compactions = {
    .id = "frequent_compactions",
    .summary = "a conversation was compacted again and again",
    .about = About::cache,
    .thresholds = k_thresholds,
    .find = find,
};

}  // namespace strobe::analyze
