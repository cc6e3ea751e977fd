#include <algorithm>
#include <string>
#include <unordered_set>
#include <vector>

#include "analyze/rules/repetition.h"
#include "analyze/rules/rules.h"
#include "analyze/rules/support.h"

// Steps in a row that brought a lane nothing new: every tool was asked before and answered as before, and a step
// without tools answered what a step before it had answered. One or two calls that repeat are a doom loop or a
// ping-pong, and told there; a step that waited, or of which the content is not known, ends the row.

namespace strobe::analyze {

namespace {

constexpr Threshold k_thresholds[] = {
    {"medium_from", 4, 2, 1'000'000, "steps in a row without anything new from which it is medium"},
    {"high_from", 8, 2, 1'000'000, "steps in a row without anything new from which it is high"},
    {"wait_ms", 5'000, 1, 86'400'000, "milliseconds without anything to do that count as waiting"},
};

class LaneSearch {
 public:
  // `brought_in`: for everything that a step may bring the last lane that brought it, 0: none yet. Lanes that come one
  // after the other share it.
  LaneSearch(const RuleInput& input, const std::vector<ToolDeed>& deeds, DurationNs wait,
             std::vector<int32_t>& brought_in)
      : input_(input), deeds_(deeds), wait_(wait), brought_in_(brought_in) {}

  // Each row of stale steps: their calls to a model.
  std::vector<std::vector<int32_t>> find(const Lane& lane, size_t from) {
    std::vector<std::vector<int32_t>> rows;
    std::vector<int32_t> row;
    std::unordered_set<int64_t> kinds;
    const auto close = [&] {
      if (row.size() >= from && kinds.size() > 2) rows.push_back(row);
      row.clear();
      kinds = std::unordered_set<int64_t>();  // clear() would take as long as the longest row before
    };
    for (const LaneCall& call : lane.calls) {
      const SpanView& span = input_.session.spans[call.span];
      if (span.step <= 0) continue;
      const std::vector<int64_t> brought = brought_by(span.step, call.span);
      const bool is_stale = !brought.empty() && std::ranges::all_of(brought, [&](int64_t what) {
        return what >= 0 && brought_in_[what] == lane.number;
      });
      if (!is_stale) close();
      if (is_stale) row.push_back(call.span);
      if (is_stale) kinds.insert(brought.begin(), brought.end());
      for (const int64_t what : brought) {
        if (what >= 0) brought_in_[what] = lane.number;
      }
    }
    close();
    return rows;
  }

 private:
  // What the step brought, as numbers that are equal when it is the same; -1: nobody knows, or it waited. Tools of a
  // lane and their deeds are by start, so those of a step are found by going along.
  std::vector<int64_t> brought_by(int32_t step, int32_t call) {
    std::vector<int64_t> brought;
    for (; next_ < deeds_.size() && step_of(next_) <= step; ++next_) {
      const ToolDeed& deed = deeds_[next_];
      if (step_of(next_) < step) continue;
      const bool is_known = deed.answered >= 0 && !deed.is_presumed && !deed.waited(wait_);
      brought.push_back(is_known ? int64_t{2} * deed.answered : -1);
    }
    const bool has_tools =
        static_cast<size_t>(step) <= input_.shape.steps.size() && !input_.shape.steps[step - 1].tools.empty();
    if (has_tools || !brought.empty()) return brought;
    const SessionContexts& contexts = input_.session.contexts;
    if (static_cast<size_t>(call) >= contexts.outputs.size()) return brought;
    for (const int32_t message : contexts.outputs[call]) brought.push_back(int64_t{2} * message + 1);
    return brought;
  }
  int32_t step_of(size_t deed) const { return input_.session.spans[deeds_[deed].span].step; }

  const RuleInput& input_;
  const std::vector<ToolDeed>& deeds_;
  const DurationNs wait_;
  size_t next_ = 0;
  std::vector<int32_t>& brought_in_;
};

Finding finding_of(const RuleInput& input, const std::vector<int32_t>& row, bool is_last) {
  const auto steps = static_cast<int64_t>(row.size());
  Finding finding{.rule = std::string(k_stagnation.id)};
  finding.severity = steps >= input.thresholds.get(k_stagnation, "high_from") ? Severity::high : Severity::medium;
  finding.title =
      (is_last ? "The last " : "") + amount_of(steps, "step") + (is_last ? "" : " in a row") + " brought nothing new";
  finding.evidence_text = "Every call and every answer of theirs had been there before, with the same result";
  Spent spent;
  std::vector<int32_t> spans;
  for (const int32_t call : row) {
    spent.add(input.session.spans[call]);
    spans.push_back(call);
    const int32_t step = input.session.spans[call].step;
    if (static_cast<size_t>(step) > input.shape.steps.size()) continue;
    for (const int32_t tool : input.shape.steps[step - 1].tools) {
      spent.add(input.session.spans[tool]);
      spans.push_back(tool);
    }
  }
  spent.put_into(finding);
  set_evidence(finding, std::move(spans), input.session);
  finding.fixes = {"Stop the run, or ask the user, when several steps in a row bring nothing new",
                   "Let the agent write down what it has tried, so that it can see that it goes round in circles",
                   "Split the task, or give the agent the means that it is looking for"};
  return finding;
}

void find(const RuleInput& input, std::vector<Finding>& findings) {
  const int64_t from =
      std::min(input.thresholds.get(k_stagnation, "medium_from"), input.thresholds.get(k_stagnation, "high_from"));
  const DurationNs wait{input.thresholds.get(k_stagnation, "wait_ms") * 1'000'000};
  const std::vector<std::vector<ToolDeed>>& by_lane = input.shared.deeds();
  std::vector<int32_t> brought_in(2 * std::max(input.shape.tools.size(), input.session.contexts.messages.size()));
  for (size_t i = 0; i < input.session.lanes.size(); ++i) {
    const Lane& lane = input.session.lanes[i];
    if (lane.is_side || lane.calls.empty()) continue;
    LaneSearch search(input, by_lane[i], wait, brought_in);
    for (const std::vector<int32_t>& row : search.find(lane, static_cast<size_t>(from))) {
      findings.push_back(finding_of(input, row, row.back() == lane.calls.back().span));
    }
  }
}

}  // namespace

constinit const Rule k_stagnation = {
    .id = "stagnation",
    .summary = "steps in a row that brought nothing new",
    .about = About::deeds,
    .thresholds = k_thresholds,
    .find = find,
};

}  // namespace strobe::analyze
