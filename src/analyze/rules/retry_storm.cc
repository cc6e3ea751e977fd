#include <algorithm>
#include <string>
#include <unordered_map>
#include <vector>

#include "analyze/rules/repetition.h"
#include "analyze/rules/rules.h"
#include "analyze/rules/support.h"

// What failed was tried again at once, and failed again, and again: calls to a model with the very same context, and
// tools with the same arguments within one step, which no agent decided to call again but a program.

namespace strobe::analyze {

namespace {

constexpr Threshold k_thresholds[] = {
    {"medium_from", 3, 2, 1'000'000, "failures in a row from which it is medium"},
    {"high_from", 6, 2, 1'000'000, "failures in a row from which it is high"},
    {"gap_ms", 10'000, 1, 86'400'000, "milliseconds between two attempts from which it is no storm"},
};

struct Storms {
  const RuleInput& input;
  const DurationNs gap;
  const size_t from;
  std::vector<Finding> found;

  bool is_at_once(int32_t before, int32_t after) const {
    const TimeNs ended = end_of(input.session.spans[before]);
    const TimeNs started = input.session.spans[after].span.facts.start;
    return started >= ended && started - ended < gap;
  }

  // `attempts`: those that failed, then, if it came to that, the one that did not.
  void close(std::vector<int32_t>& attempts) {
    std::vector<int32_t> failed = std::move(attempts);
    attempts.clear();
    const bool came_through = !failed.empty() && !has_failed(input.session.spans[failed.back()]);
    if (came_through) failed.pop_back();
    if (failed.size() < from) return;
    const SpanView& first = input.session.spans[failed.front()];
    const bool is_call = first.is_llm_call;
    Finding finding{.rule = std::string(k_retry_storm.id)};
    const auto count = static_cast<int64_t>(failed.size());
    finding.severity = count >= input.thresholds.get(k_retry_storm, "high_from") ? Severity::high : Severity::medium;
    const std::string& model = first.span.facts.model;
    finding.title =
        "Retry storm: " +
        (is_call ? "the call" + (model.empty() ? "" : " to " + quoted(model)) : quoted(tool_name_of(first))) +
        " failed " + std::to_string(count) + " times in a row";
    const std::string& error = first.span.facts.error_type;
    finding.evidence_text = "The same request each time, the next attempt within " + seconds_of(gap) +
                            (error.empty() ? "" : ", first with " + quoted(error)) +
                            (came_through ? "; the attempt behind them came through" : "");
    Spent spent;
    for (const int32_t span : failed) spent.add(input.session.spans[span]);
    spent.put_into(finding);
    set_evidence(finding, std::move(failed), input.session);
    finding.fixes = {"Wait longer before each further attempt, with some chance in it, and heed Retry-After",
                     "Give up at once on errors that another attempt cannot mend: permissions, bad arguments",
                     "Put a limit on attempts, and tell the agent what failed so that it can do something else"};
    found.push_back(std::move(finding));
  }

  void search_calls(const Lane& lane) {
    std::vector<int32_t> attempts;
    for (const LaneCall& call : lane.calls) {
      if (attempts.empty() && !has_failed(input.session.spans[call.span])) continue;
      const bool is_again = call.link == LaneLink::retry || (call.link == LaneLink::assumed && !is_known(call.span));
      if (attempts.empty() || !has_failed(input.session.spans[attempts.back()]) || !is_again ||
          !is_at_once(attempts.back(), call.span)) {
        close(attempts);
      }
      attempts.push_back(call.span);
    }
    close(attempts);
  }
  bool is_known(int32_t call) const {
    const std::vector<int32_t>& of_span = input.session.contexts.of_span;
    return static_cast<size_t>(call) < of_span.size() && of_span[call] >= 0;
  }

  void search_tools(const std::vector<ToolDeed>& deeds) {
    std::unordered_map<int32_t, std::vector<int32_t>> open;  // by what was asked
    for (const ToolDeed& deed : deeds) {
      if (deed.asked < 0 || (!deed.has_failed && !open.contains(deed.asked))) continue;
      std::vector<int32_t>& attempts = open[deed.asked];
      const auto step = [&](int32_t span) { return input.session.spans[span].step; };
      if (attempts.empty() || !has_failed(input.session.spans[attempts.back()]) ||
          step(attempts.back()) != step(deed.span) || !is_at_once(attempts.back(), deed.span)) {
        close(attempts);
      }
      attempts.push_back(deed.span);
    }
    for (auto& [asked, attempts] : open) close(attempts);
  }
};

void find(const RuleInput& input, std::vector<Finding>& findings) {
  const int64_t from =
      std::min(input.thresholds.get(k_retry_storm, "medium_from"), input.thresholds.get(k_retry_storm, "high_from"));
  Storms storms{.input = input,
                .gap = {input.thresholds.get(k_retry_storm, "gap_ms") * 1'000'000},
                .from = static_cast<size_t>(from),
                .found = {}};
  for (const Lane& lane : input.session.lanes) storms.search_calls(lane);
  for (const std::vector<ToolDeed>& deeds : input.shared.deeds()) storms.search_tools(deeds);
  std::ranges::sort(storms.found, {}, &Finding::evidence);
  std::ranges::move(storms.found, std::back_inserter(findings));
}

}  // namespace

constinit const Rule k_retry_storm = {
    .id = "retry_storm",
    .summary = "what failed was tried again at once, and failed again",
    .about = About::deeds,
    .thresholds = k_thresholds,
    .find = find,
};

}  // namespace strobe::analyze
