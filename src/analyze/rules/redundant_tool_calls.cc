#include <algorithm>

#include "analyze/rules/rules.h"
#include "analyze/rules/support.h"

// The guide's: "same tool called 5+ times", high as in its sample. Where all arguments are known, only calls that asked
// what an earlier one had asked, and were answered the same, are redundant: pages of a list, or many files, are read by
// calling one tool often, tests are run again after each change, and who waits for something asks for it again:
// low.

namespace strobe::analyze {

namespace {

constexpr Threshold k_thresholds[] = {
    {"high_from", 5, 2, 1'000'000, "calls of one tool from which it is high; low where none repeats an earlier one"},
};

struct Calls {
  std::vector<int32_t> spans;
  std::vector<std::pair<int64_t, int32_t>> deeds;  // equal numbers, equal deeds; and whose they are
  bool tells_results = false;                      // some result arrived
  std::vector<int32_t> asked;                      // by number; sorted once they are all there
  std::vector<int32_t> alike;                      // that another one repeats, or that repeat one; some twice
  std::vector<int32_t> untold;                     // whose arguments did not arrive
  int64_t repeated = 0;
  Spent spent_again;
};

// Of equal calls all but the first repeat.
void count_repeated(const RuleInput& input, Calls& calls) {
  std::ranges::sort(calls.asked);
  std::ranges::sort(calls.deeds);
  for (size_t at = 1; at < calls.deeds.size(); ++at) {
    if (calls.deeds[at].first != calls.deeds[at - 1].first) continue;
    ++calls.repeated;
    for (const size_t one : {at - 1, at}) calls.alike.push_back(calls.deeds[one].second);
    calls.spent_again.add(input.session.spans[calls.deeds[at].second]);
  }
}

bool is_low(const Calls& calls) { return calls.untold.empty() && calls.repeated == 0; }

std::string evidence_text_of(const Calls& calls) {
  const std::string_view what = calls.tells_results ? "the arguments and the result" : "the arguments";
  if (is_low(calls)) {
    return std::ranges::adjacent_find(calls.asked) != calls.asked.end()
               ? "None of them repeats an earlier one: reading pages or many files, tests after changes, and polling "
                 "look like that"
               : "No two of them have the same arguments: reading pages or many files looks like that";
  }
  std::string text = "May indicate repetitive behavior: ";
  if (calls.repeated > 0) {
    text += std::to_string(calls.repeated) + " of them repeat" + (calls.repeated == 1 ? "s " : " ") +
            std::string(what) + " of an earlier one";
  }
  if (calls.untold.empty()) return text;
  return text + (calls.repeated > 0 ? ", and " : "") + "the arguments of some did not arrive";
}

// Where some repeat each other, these and those of which nobody knows.
std::vector<int32_t> evidence_of(const Calls& calls) {
  if (calls.repeated == 0) return calls.spans;
  std::vector<int32_t> evidence = calls.alike;
  evidence.insert(evidence.end(), calls.untold.begin(), calls.untold.end());
  return evidence;
}

Finding finding_of(const RuleInput& input, std::string_view name, const Calls& calls) {
  Finding finding{.rule = std::string(k_redundant_tool_calls.id),
                  .severity = is_low(calls) ? Severity::low : Severity::high};
  finding.title = "Tool " + quoted(name) + " called " + std::to_string(calls.spans.size()) + " times";
  finding.evidence_text = evidence_text_of(calls);
  set_evidence(finding, evidence_of(calls), input.session);
  finding.duration = calls.spent_again.duration;
  if (is_low(calls)) {
    finding.fixes = {"Batch, where the tool can: let one call read or do several things at once"};
    return finding;
  }
  finding.fixes = {"Have the agent keep what it read in its context instead of reading it again",
                   "Batch: let one call read or do several things at once",
                   "Review the agent's own detection of loops"};
  return finding;
}

// For each span whether it is a call of a tool that waited, as doom_loop sees it. Without lanes nobody knows.
std::vector<bool> waiting(const RuleInput& input) {
  const DurationNs wait{input.thresholds.get(k_doom_loop, "wait_ms") * 1'000'000};
  std::vector<bool> waits(input.session.spans.size());
  for (const std::vector<ToolDeed>& deeds : input.shared.deeds()) {
    for (const ToolDeed& deed : deeds) waits[deed.span] = deed.waited(wait);
  }
  return waits;
}

void find(const RuleInput& input, std::vector<Finding>& findings) {
  const int64_t high_from = input.thresholds.get(k_redundant_tool_calls, "high_from");
  const ToolColumns& columns = input.shared.tools();
  const std::vector<bool> waits = waiting(input);
  std::vector<int32_t> place(columns.tool.size(), -1);    // in `tools`, by the number of the tool
  std::vector<std::pair<std::string_view, Calls>> tools;  // by the first call
  for (size_t i = 0; i < input.shape.tools.size(); ++i) {
    const int32_t tool = input.shape.tools[i];
    int32_t& at = place[columns.tool[i]];
    if (at < 0) {
      at = static_cast<int32_t>(tools.size());
      tools.emplace_back(tool_name_of(input.session.spans[tool]), Calls{});
    }
    Calls& calls = tools[at].second;
    calls.spans.push_back(tool);
    if (columns.asked[i] < 0) calls.untold.push_back(tool);
    calls.tells_results = calls.tells_results || (columns.answered[i] >= 0 && !columns.is_presumed[i]);
    calls.asked.push_back(columns.asked[i]);
    if (waits[tool]) continue;
    if (columns.answered[i] >= 0) calls.deeds.emplace_back(columns.answered[i], tool);
    // Without a result the arguments have to do.
    if (columns.answered[i] < 0 && columns.asked[i] >= 0) calls.deeds.emplace_back(-1 - columns.asked[i], tool);
  }
  for (auto& [name, calls] : tools) {
    if (static_cast<int64_t>(calls.spans.size()) < high_from) continue;
    count_repeated(input, calls);
    findings.push_back(finding_of(input, name, calls));
  }
}

}  // namespace

constinit const Rule k_redundant_tool_calls = {
    .id = "redundant_tool_calls",
    .summary = "the same tool was called again and again",
    .about = About::deeds,
    .thresholds = k_thresholds,
    .find = find,
};

}  // namespace strobe::analyze
