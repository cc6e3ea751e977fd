#include <algorithm>
#include <functional>
#include <unordered_map>

#include "analyze/rules/rules.h"
#include "analyze/rules/support.h"

// The guide's: "same tool called 5+ times", high as in its sample. How many of them repeat arguments is said beside it:
// five different files read are less of a loop than one file read five times.

namespace strobe::analyze {

namespace {

constexpr Threshold k_thresholds[] = {
    {"high_from", 5, 2, 1'000'000, "calls of one tool from which it is high"},
};

struct Calls {
  std::vector<int32_t> spans;
  std::vector<std::pair<size_t, int32_t>> hashes;  // of the arguments, and whose they are
  bool is_known = true;                            // every call's arguments arrived
  int64_t repeated = 0;
  Spent spent_again;
};

std::string_view arguments_of(const RuleInput& input, int32_t tool) {
  return input.session.spans[tool].span.tool->arguments->text;
}

// Of calls with equal arguments all but the first repeat.
void count_repeated(const RuleInput& input, Calls& calls) {
  std::ranges::sort(calls.hashes);
  for (size_t first = 0, at = 0; at < calls.hashes.size(); ++at) {
    if (calls.hashes[at].first != calls.hashes[first].first) first = at;
    if (at == first) continue;
    const int32_t tool = calls.hashes[at].second;
    if (arguments_of(input, tool) != arguments_of(input, calls.hashes[first].second)) continue;
    ++calls.repeated;
    calls.spent_again.add(input.session.spans[tool]);
  }
}

std::string evidence_text_of(const Calls& calls) {
  std::string text = "May indicate repetitive behavior";
  if (!calls.is_known) return text + ": the arguments of some did not arrive";
  if (calls.repeated == 0) return text + ", though no two of them have the same arguments";
  return text + ": " + std::to_string(calls.repeated) + " of them repeat" + (calls.repeated == 1 ? "s" : "") +
         " the arguments of an earlier one";
}

void find(const RuleInput& input, std::vector<Finding>& findings) {
  const int64_t high_from = input.thresholds.get(k_redundant_tool_calls, "high_from");
  std::unordered_map<std::string_view, size_t> index;
  std::vector<std::pair<std::string_view, Calls>> tools;  // by the first call
  for (const int32_t tool : input.shape.tools) {
    const SpanView& span = input.session.spans[tool];
    const auto [found, is_new] = index.emplace(tool_name_of(span), tools.size());
    if (is_new) tools.emplace_back(found->first, Calls{});
    Calls& calls = tools[found->second].second;
    calls.spans.push_back(tool);
    if (!span.span.tool || !span.span.tool->arguments) {
      calls.is_known = false;
    } else {
      calls.hashes.emplace_back(std::hash<std::string_view>()(arguments_of(input, tool)), tool);
    }
  }
  for (auto& [name, calls] : tools) {
    const auto count = static_cast<int64_t>(calls.spans.size());
    if (count < high_from) continue;
    count_repeated(input, calls);
    Finding finding{.rule = std::string(k_redundant_tool_calls.id), .severity = Severity::high};
    finding.title = "Tool " + quoted(name) + " called " + std::to_string(count) + " times";
    finding.evidence_text = evidence_text_of(calls);
    set_evidence(finding, calls.spans, input.session);
    finding.duration = calls.spent_again.duration;
    finding.fixes = {"Have the agent keep what it read in its context instead of reading it again",
                     "Batch: let one call read or do several things at once",
                     "Review the agent's own detection of loops"};
    findings.push_back(std::move(finding));
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
