#include <algorithm>
#include <string>
#include <vector>

#include "analyze/rules/repetition.h"
#include "analyze/rules/rules.h"
#include "analyze/rules/support.h"

// Two calls that take turns, each with the same arguments and the same result every time, in one lane.

namespace strobe::analyze {

namespace {

constexpr Threshold k_thresholds[] = {
    {"medium_from", 3, 2, 1'000'000, "turns of the two calls from which it is medium"},
    {"high_from", 5, 2, 1'000'000, "turns of the two calls from which it is high"},
    {"wait_ms", 5'000, 1, 86'400'000, "milliseconds without anything to do that count as waiting, not as a loop"},
};

void find(const RuleInput& input, std::vector<Finding>& findings) {
  const int64_t medium_from = input.thresholds.get(k_ping_pong, "medium_from");
  const int64_t high_from = input.thresholds.get(k_ping_pong, "high_from");
  const DurationNs wait{input.thresholds.get(k_ping_pong, "wait_ms") * 1'000'000};
  for (const std::vector<ToolDeed>& deeds : input.shared.deeds()) {
    const auto turns_min = static_cast<size_t>(std::min(medium_from, high_from));
    for (const PingPong& stretch : ping_pongs_of(deeds, waits_before(deeds, wait), turns_min)) {
      std::vector<size_t> repeated;
      for (size_t i = 0; i < stretch.count; ++i) repeated.push_back(stretch.first + i);
      const Repetition repetition = repetition_of(input, deeds, repeated);
      const auto turns = static_cast<int64_t>(stretch.count / 2);
      const auto name = [&](size_t deed) { return quoted(tool_name_of(input.session.spans[deeds[deed].span])); };
      Finding finding{.rule = std::string(k_ping_pong.id)};
      finding.severity = turns >= high_from ? Severity::high : Severity::medium;
      finding.title = "Ping-pong: " + name(stretch.first) + " and " + name(stretch.first + 1) + " took turns " +
                      std::to_string(turns) + " times";
      finding.evidence_text = "Each with the same arguments and the same result every time";
      repetition.tell(finding, input.session);
      finding.fixes = {"Tell the agent that both calls came back as before, and that it must try something else",
                       "Stop the run, or ask the user, when two calls take turns for the third time",
                       "Look whether one tool undoes what the other one does"};
      findings.push_back(std::move(finding));
    }
  }
}

}  // namespace

constinit const Rule k_ping_pong = {
    .id = "ping_pong",
    .summary = "two calls that take turns, each with the same result every time",
    .about = About::deeds,
    .thresholds = k_thresholds,
    .find = find,
};

}  // namespace strobe::analyze
