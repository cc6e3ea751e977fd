#include <algorithm>
#include <string>
#include <unordered_map>
#include <vector>

#include "analyze/rules/repetition.h"
#include "analyze/rules/rules.h"
#include "analyze/rules/spent.h"
#include "analyze/rules/support.h"

// The same tool with the same arguments and the same result, again and again, in one lane. No loops are: paging (the
// arguments move), polling (the same question gets another answer in the end), and waiting between two looks.

namespace strobe::analyze {

namespace {

constexpr Threshold k_thresholds[] = {
    {"medium_from", 3, 2, 1'000'000, "calls with one and the same result from which it is medium"},
    {"high_from", 5, 2, 1'000'000, "calls with one and the same result from which it is high"},
    {"wait_ms", 5'000, 1, 86'400'000, "milliseconds without anything to do that count as waiting, not as a loop"},
};
// Other calls that may stand between two of the loop.
constexpr size_t k_others_between_max = 2;

struct Chain {
  int32_t answered = -1;
  size_t first = 0, last = 0;  // in the lane's deeds
  std::vector<size_t> deeds;   // of the chain that is open
  std::vector<size_t> loop;    // the longest that was long enough
  bool is_open = false;
};

class LaneSearch {
 public:
  LaneSearch(const SessionView& session, const std::vector<ToolDeed>& deeds, DurationNs wait, size_t from)
      : session_(session), deeds_(deeds), waits_(waits_before(deeds, wait)), from_(from) {}

  // The loops of the lane, by their first call; those that overlap are one.
  std::vector<std::vector<size_t>> find() {
    const std::vector<bool> ping_pong = in_ping_pong(deeds_, waits_, from_);
    for (size_t i = 0; i < deeds_.size(); ++i) {
      const ToolDeed& deed = deeds_[i];
      if (deed.answered < 0 || deed.is_wait || ping_pong[i]) continue;
      // An answer that is too seldom for a loop matters only to one that has begun.
      const bool may_loop = static_cast<size_t>(deed.times_answered) >= from_;
      if (may_loop || chains_.contains(deed.asked)) add(i);
    }
    std::vector<std::vector<size_t>> loops;
    for (auto& [asked, chain] : chains_) {
      close(chain);
      if (!chain.loop.empty()) loops.push_back(std::move(chain.loop));
    }
    std::ranges::sort(loops);
    return joined(loops);
  }

 private:
  void add(size_t i) {
    Chain& chain = chains_[deeds_[i].asked];
    // Another answer: it was worth asking again.
    if (chain.answered != deeds_[i].answered) chain = Chain{.answered = deeds_[i].answered};
    // Where nobody knows the results, an edit between two tests may well have changed the second one's.
    const size_t others_max = deeds_[i].is_presumed ? 0 : k_others_between_max;
    const bool goes_on = chain.is_open && i - chain.last <= 1 + others_max && waits_[i] == waits_[chain.last];
    // Nobody decided to try again but a program: retry_storm.
    const bool is_retry = goes_on && deeds_[i].has_failed && step_of(i) == step_of(chain.last);
    if (!goes_on) {
      close(chain);
      chain.deeds.clear();
    }
    chain.is_open = true;
    chain.last = i;
    if (!is_retry) chain.deeds.push_back(i);
  }
  void close(Chain& chain) const {
    if (chain.deeds.size() >= from_ && chain.deeds.size() > chain.loop.size()) chain.loop = chain.deeds;
  }
  int32_t step_of(size_t deed) const { return session_.spans[deeds_[deed].span].step; }

  static std::vector<std::vector<size_t>> joined(std::vector<std::vector<size_t>>& loops) {
    std::vector<std::vector<size_t>> out;
    size_t end = 0;
    for (std::vector<size_t>& loop : loops) {
      if (!out.empty() && loop.front() < end) {
        end = std::max(end, loop.back());
        out.back().insert(out.back().end(), loop.begin(), loop.end());
      } else {
        end = loop.back();
        out.push_back(std::move(loop));
      }
    }
    return out;
  }

  const SessionView& session_;
  const std::vector<ToolDeed>& deeds_;
  const std::vector<int32_t> waits_;
  const size_t from_;
  std::unordered_map<int32_t, Chain> chains_;  // by what was asked
};

std::string evidence_text_of(int64_t kinds, bool is_presumed) {
  if (is_presumed) return "The same arguments each time; no result of the tool was recorded, so it may have differed";
  return kinds > 1 ? "The same calls with the same arguments and results, in turn"
                   : "The same arguments and the same result each time";
}

Finding finding_of(const RuleInput& input, const std::vector<ToolDeed>& deeds, const std::vector<size_t>& loop) {
  const Repetition repetition = repetition_of(input, deeds, loop);
  const int64_t high_from = input.thresholds.get(k_doom_loop, "high_from");
  Finding finding{.rule = std::string(k_doom_loop.id)};
  finding.severity = repetition.times >= high_from ? Severity::high : Severity::medium;
  const bool is_presumed = std::ranges::any_of(loop, [&](size_t deed) { return deeds[deed].is_presumed; });
  if (is_presumed) finding.severity = std::min(finding.severity, Severity::medium);
  const SpanView& first = input.session.spans[deeds[loop.front()].span];
  finding.title = "Doom loop: " + quoted(tool_name_of(first));
  if (repetition.kinds > 1) finding.title += " and " + amount_of(repetition.kinds - 1, "other call");
  finding.title += std::string(is_presumed ? " called with the same arguments " : " came back with the same result ") +
                   std::to_string(repetition.times) + " times";
  finding.evidence_text = evidence_text_of(repetition.kinds, is_presumed);
  repetition.tell(finding, input.session);
  finding.fixes = {
      "Tell the agent that it has called this before, with what result, and that it must try something else",
      "Stop the run, or ask the user, when a call comes back the same for the third time",
      "Let the tool's result say what to do next; one that only repeats itself invites another try"};
  return finding;
}

void find(const RuleInput& input, std::vector<Finding>& findings) {
  const int64_t from =
      std::min(input.thresholds.get(k_doom_loop, "medium_from"), input.thresholds.get(k_doom_loop, "high_from"));
  const DurationNs wait{input.thresholds.get(k_doom_loop, "wait_ms") * 1'000'000};
  for (const std::vector<ToolDeed>& deeds : input.shared.deeds()) {
    LaneSearch search(input.session, deeds, wait, static_cast<size_t>(from));
    for (const std::vector<size_t>& loop : search.find()) findings.push_back(finding_of(input, deeds, loop));
  }
}

}  // namespace

constinit const Rule k_doom_loop = {
    .id = "doom_loop",
    .summary = "the same call with the same result, again and again",
    .about = About::deeds,
    .thresholds = k_thresholds,
    .find = find,
};

}  // namespace strobe::analyze
