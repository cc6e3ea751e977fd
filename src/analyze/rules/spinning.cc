#include <algorithm>
#include <utility>

#include "analyze/rules/rules.h"
#include "analyze/rules/support.h"

// Many steps of an agent one after another that call no tool: it talks to itself. A conversation with a user is none:
// what follows a new question begins anew, and where contexts are not known, what another span of an agent or another
// trace does.

namespace strobe::analyze {

namespace {

constexpr Threshold k_thresholds[] = {
    {"steps_above", 15, 1, 1'000'000, "steps in a row without a tool beyond which it is high"},
};

bool asks_for_tools(const RuleInput& input, int32_t call) {
  const SpanView& span = input.session.spans[call];
  if (!input.shape.steps[span.step - 1].tools.empty() || !span.span.facts.requested_tool_call_ids.empty()) return true;
  return std::ranges::any_of(span.span.output, [](const Message& message) {
    return std::ranges::any_of(message.parts, [](const Part& part) { return part.type == PartType::tool_call; });
  });
}

// Whether a user spoke between the two calls, as far as one can tell.
bool is_new_turn(const RuleInput& input, int32_t before, int32_t call) {
  const SessionContexts& contexts = input.session.contexts;
  const bool is_known = contexts.is_loaded && contexts.of_span[before] >= 0 && contexts.of_span[call] >= 0;
  if (!is_known) {
    return input.shape.agent_of[before] != input.shape.agent_of[call] ||
           input.session.spans[before].span.facts.trace_id != input.session.spans[call].span.facts.trace_id;
  }
  const ContextTree::Node body = contexts.contexts[contexts.of_span[call]].body;
  if (body == ContextTree::k_empty || body == contexts.contexts[contexts.of_span[before]].body) return false;
  const Message& last = contexts.messages[contexts.bodies.message(body)].message;
  const bool has_result =
      std::ranges::any_of(last.parts, [](const Part& part) { return part.type == PartType::tool_result; });
  return last.role == "user" && !has_result;
}

void find(const RuleInput& input, std::vector<Finding>& findings) {
  const int64_t steps_above = input.thresholds.get(k_spinning, "steps_above");
  const std::vector<AgentLoop>& loops = loops_of(input);
  for (const AgentLoop& loop : loops) {
    std::vector<int32_t> steps;
    const auto end_streak = [&] {
      const std::vector<int32_t> streak = std::exchange(steps, {});
      const auto count = static_cast<int64_t>(streak.size());
      if (count <= steps_above) return;
      Finding finding{.rule = std::string(k_spinning.id), .severity = Severity::high};
      finding.title = who(input, loop, loops.size()) + " took " + std::to_string(count) + " steps without a tool";
      finding.evidence_text = "One answer after another, and nothing was done in between";
      Spent spent;
      for (size_t i = steps_above; i < streak.size(); ++i) spent.add(input.session.spans[streak[i]]);
      spent.put_into(finding);
      set_evidence(finding, streak, input.session);
      finding.fixes = {"Say in the prompt when the task is done, and end the loop there",
                       "Stop the loop after a few answers without a tool",
                       "Make the tools that it needs available, and describe what they are for"};
      findings.push_back(std::move(finding));
    };
    for (size_t i = 0; i < loop.calls.size(); ++i) {
      const int32_t call = loop.calls[i];
      if (i > 0 && is_new_turn(input, loop.calls[i - 1], call)) end_streak();
      if (asks_for_tools(input, call)) {
        end_streak();
      } else {
        steps.push_back(call);
      }
    }
    end_streak();
  }
}

}  // namespace

constinit const Rule k_spinning = {
    .id = "spinning",
    .summary = "an agent took many steps without calling a tool",
    .about = About::deeds,
    .thresholds = k_thresholds,
    .find = find,
};

}  // namespace strobe::analyze
