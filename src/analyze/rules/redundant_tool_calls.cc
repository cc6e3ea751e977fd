#include <algorithm>
#include <unordered_map>

#include "analyze/rules/rules.h"
#include "analyze/rules/support.h"

// The guide's: "same tool called 5+ times", high as in its sample. Where all arguments are known and no two are equal
// it is low: pages of a list, or many files, are read by calling one tool often.

namespace strobe::analyze {

namespace {

constexpr Threshold k_thresholds[] = {
    {"high_from", 5, 2, 1'000'000, "calls of one tool from which it is high; low where no arguments repeat"},
};

struct Calls {
  std::vector<int32_t> spans;
  std::vector<std::pair<int32_t, int32_t>> arguments;  // their number, and whose they are
  bool is_known = true;                                // every call's arguments arrived
  int64_t repeated = 0;
  Spent spent_again;
};

// Of calls with equal arguments all but the first repeat.
void count_repeated(const RuleInput& input, Calls& calls) {
  std::ranges::sort(calls.arguments);
  for (size_t at = 1; at < calls.arguments.size(); ++at) {
    if (calls.arguments[at].first != calls.arguments[at - 1].first) continue;
    ++calls.repeated;
    calls.spent_again.add(input.session.spans[calls.arguments[at].second]);
  }
}

bool is_low(const Calls& calls) { return calls.is_known && calls.repeated == 0; }

std::string evidence_text_of(const Calls& calls) {
  if (is_low(calls)) return "No two of them have the same arguments: reading pages or many files looks like that";
  std::string text = "May indicate repetitive behavior: ";
  if (calls.repeated > 0) {
    text += std::to_string(calls.repeated) + " of them repeat" + (calls.repeated == 1 ? "s" : "") +
            " the arguments of an earlier one";
  }
  if (calls.is_known) return text;
  return text + (calls.repeated > 0 ? ", and " : "") + "the arguments of some did not arrive";
}

Finding finding_of(const RuleInput& input, std::string_view name, const Calls& calls) {
  Finding finding{.rule = std::string(k_redundant_tool_calls.id),
                  .severity = is_low(calls) ? Severity::low : Severity::high};
  finding.title = "Tool " + quoted(name) + " called " + std::to_string(calls.spans.size()) + " times";
  finding.evidence_text = evidence_text_of(calls);
  set_evidence(finding, calls.spans, input.session);
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

void find(const RuleInput& input, std::vector<Finding>& findings) {
  const int64_t high_from = input.thresholds.get(k_redundant_tool_calls, "high_from");
  const std::vector<int32_t>& arguments = input.shared.arguments();
  std::unordered_map<std::string_view, size_t> index;
  std::vector<std::pair<std::string_view, Calls>> tools;  // by the first call
  for (size_t i = 0; i < input.shape.tools.size(); ++i) {
    const int32_t tool = input.shape.tools[i];
    const auto [found, is_new] = index.emplace(tool_name_of(input.session.spans[tool]), tools.size());
    if (is_new) tools.emplace_back(found->first, Calls{});
    Calls& calls = tools[found->second].second;
    calls.spans.push_back(tool);
    calls.is_known = calls.is_known && arguments[i] >= 0;
    if (arguments[i] >= 0) calls.arguments.emplace_back(arguments[i], tool);
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
    .thresholds = k_thresholds,
    .find = find,
};

}  // namespace strobe::analyze
