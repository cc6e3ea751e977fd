#include "export/llm_steps.h"

#include <algorithm>
#include <numeric>
#include <tuple>

#include "export/report_texts.h"
#include "view/phrases.h"

namespace strobe::exporter {

namespace {

constexpr int64_t k_low_cache_percent = 30;
constexpr size_t k_answer_bytes_max = 400;
constexpr size_t k_name_bytes_max = 200;
constexpr size_t k_ends = 3;  // steps at each end that are always told

bool has_failed(const SessionView& session, const analyze::Step& step) {
  return outcome_of(session, step) != "success";
}

bool delegates(const SessionView& session, const analyze::Step& step) {
  return std::ranges::any_of(step.tools, [&](int32_t tool) {
    const std::vector<int32_t>& below = session.spans[tool].children;
    return std::ranges::any_of(below,
                               [&](int32_t child) { return session.spans[child].span.facts.kind == Kind::agent; });
  });
}

}  // namespace

std::string_view outcome_of(const SessionView& session, const analyze::Step& step) {
  if (step.call >= 0 && analyze::has_failed(session.spans[step.call])) return "failure";
  const auto failed =
      std::ranges::count_if(step.tools, [&](int32_t tool) { return analyze::has_failed(session.spans[tool]); });
  if (failed == 0) return "success";
  return static_cast<size_t>(failed) == step.tools.size() ? "failure" : "partial";
}

std::string answer_of(const SessionView& session, const analyze::Step& step) {
  if (step.call < 0) return {};
  for (const Message& message : session.spans[step.call].span.output) {
    for (const Part& part : message.parts) {
      if (part.type == PartType::text && !part.text.empty())
        return view::safe(beginning_of(part.text, k_answer_bytes_max));
    }
  }
  return {};
}

std::string action_of(const SessionView& session, const analyze::Step& step) {
  if (!step.tools.empty()) {
    const SpanView& tool = session.spans[step.tools.front()];
    const std::string& name = tool_name_of(tool.span.facts);
    const std::string first = view::safe(beginning_of(name, k_name_bytes_max)) + "(" + view::key_argument(tool) + ")";
    return step.tools.size() == 1 ? first : first + " +" + std::to_string(step.tools.size() - 1);
  }
  const std::string answer = answer_of(session, step);
  if (!answer.empty()) return "answers: " + answer;
  return step.call >= 0 ? "calls " + view::subject_of(session.spans[step.call]) : "unknown";
}

std::vector<std::string_view> flags_of(const SessionView& session, const analyze::Step& step) {
  std::vector<std::string_view> flags;
  if (has_failed(session, step)) flags.emplace_back("error");
  if (step.call < 0) return flags;
  const Usage& usage = session.spans[step.call].span.facts.usage;
  if (usage.reasoning > 0) flags.emplace_back("thinking");
  const auto input = static_cast<double>(usage.total_input());
  if (input > 0 && static_cast<double>(usage.cache_read) * 100 < input * k_low_cache_percent)
    flags.emplace_back("low_cache");
  return flags;
}

std::vector<int32_t> telling_steps(const SessionView& session, const analyze::Shape& shape, size_t steps_max) {
  std::vector<int32_t> steps(shape.steps.size());
  std::iota(steps.begin(), steps.end(), 0);
  if (steps.size() <= steps_max) return steps;
  const auto last = static_cast<int32_t>(steps.size()) - 1;
  std::vector<std::tuple<int, int64_t, int32_t>> ranks;
  for (const int32_t at : steps) {
    const analyze::Step& step = shape.steps[at];
    const bool is_end = std::min(at, last - at) < static_cast<int32_t>(std::min(k_ends, steps_max / 3 + 1));
    const int rank = is_end ? 0 : has_failed(session, step) ? 1 : 2;
    const int64_t tokens = step.call >= 0 ? session.spans[step.call].span.facts.usage.total() : 0;
    ranks.emplace_back(rank, -tokens, at);
  }
  std::ranges::nth_element(ranks, ranks.begin() + static_cast<int64_t>(steps_max));
  ranks.resize(steps_max);
  steps.clear();
  for (const auto& [rank, tokens, at] : ranks) steps.push_back(at);
  std::ranges::sort(steps);
  return steps;
}

std::vector<Decision> decisions_of(const SessionView& session, const analyze::Shape& shape, size_t decisions_max) {
  std::vector<Decision> decisions;
  const auto count = static_cast<int32_t>(shape.steps.size());
  if (count == 0 || decisions_max < 2) return decisions;
  decisions.push_back({0, "start"});
  for (int32_t at = 1; at + 1 < count && decisions.size() + 1 < decisions_max; ++at) {
    if (has_failed(session, shape.steps[at - 1])) {
      decisions.push_back({at, "recovery"});
    } else if (delegates(session, shape.steps[at])) {
      decisions.push_back({at, "delegation"});
    }
  }
  if (count > 1) decisions.push_back({count - 1, "finish"});
  return decisions;
}

}  // namespace strobe::exporter
