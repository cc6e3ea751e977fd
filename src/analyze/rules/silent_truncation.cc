#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "analyze/rules/repetition.h"
#include "analyze/rules/rules.h"
#include "analyze/rules/support.h"

// A model's answer that ended because it had no tokens left, and an agent that went on as if it were whole: it ran the
// tools that the half answer asked for, or handed it over as the last word. Where it asked again, or somebody answered
// it, nothing was silent. And tool results that reached the model, or the recording, cut.

namespace strobe::analyze {

namespace {

constexpr Threshold k_thresholds[] = {
    {"medium_from", 1, 1, 1'000'000, "answers taken as whole from which it is medium"},
    {"high_from", 3, 1, 1'000'000, "answers taken as whole from which it is high; one with tools is always"},
};

// How providers say it; letters and case aside they agree.
bool is_length(std::string_view reason) {
  constexpr std::array<std::string_view, 7> k_reasons = {
      "length",      "maxtokens",        "maxoutputtokens",      "tokenlimit",
      "modellength", "maxtokensreached", "finishreasonmaxtokens"};
  constexpr size_t k_bytes_max = 40;
  if (reason.size() > k_bytes_max) return false;
  std::string plain;
  for (const char c : reason) {
    if (c >= 'A' && c <= 'Z') plain += static_cast<char>(c - 'A' + 'a');
    if (c >= 'a' && c <= 'z') plain += c;
  }
  return std::ranges::find(k_reasons, plain) != k_reasons.end();
}

bool was_cut(const SpanView& call) {
  const auto& output = call.span.output;
  return std::ranges::any_of(call.span.finish_reasons, [](const auto& reason) { return is_length(reason); }) ||
         std::ranges::any_of(output, [](const Message& message) { return is_length(message.finish_reason); });
}

// What the call that came next in the lane saw first behind what this call had seen: its answer, then this. Empty: no
// such message, or not known.
std::string_view next_role(const SessionContexts& contexts, int32_t call, int32_t next) {
  if (contexts.of_span[call] < 0 || contexts.of_span[next] < 0) return {};
  const ContextTree::Node before = contexts.contexts[contexts.of_span[call]].body;
  const ContextTree::Node after = contexts.contexts[contexts.of_span[next]].body;
  if (!contexts.bodies.begins_with(after, before)) return {};
  constexpr int32_t k_answer_messages_max = 4;
  for (int32_t i = 1; i <= k_answer_messages_max; ++i) {
    const ContextTree::Node node = contexts.bodies.first(after, contexts.bodies.depth(before) + i);
    const int32_t message = contexts.bodies.message(node);
    if (message < 0) return {};
    const std::string_view role = contexts.messages[message].message.role;
    if (role != "assistant") return role;
  }
  return {};
}

enum class Taken : uint8_t { noticed, as_last_word, with_tools };

Taken how_taken(const RuleInput& input, const Lane& lane, size_t index) {
  const int32_t call = lane.calls[index].span;
  const SpanView& span = input.session.spans[call];
  const bool is_step = span.step > 0 && static_cast<size_t>(span.step) <= input.shape.steps.size();
  if (is_step && !input.shape.steps[span.step - 1].tools.empty()) return Taken::with_tools;
  if (index + 1 < lane.calls.size()) {
    const LaneCall& next = lane.calls[index + 1];
    if (next.link != LaneLink::continues) return Taken::noticed;
    return next_role(input.session.contexts, call, next.span) == "tool" ? Taken::with_tools : Taken::noticed;
  }
  const bool goes_on = input.session.summary.status == SessionStatus::running;
  return goes_on || has_failed(span) ? Taken::noticed : Taken::as_last_word;
}

void find_answers(const RuleInput& input, std::vector<Finding>& findings) {
  std::vector<int32_t> calls;
  int64_t with_tools = 0;
  for (const Lane& lane : input.session.lanes) {
    for (size_t i = 0; i < lane.calls.size(); ++i) {
      if (!was_cut(input.session.spans[lane.calls[i].span])) continue;
      const Taken taken = how_taken(input, lane, i);
      if (taken == Taken::noticed) continue;
      with_tools += taken == Taken::with_tools ? 1 : 0;
      calls.push_back(lane.calls[i].span);
    }
  }
  const auto count = static_cast<int64_t>(calls.size());
  const int64_t high_from = input.thresholds.get(k_silent_truncation, "high_from");
  if (count < std::min(high_from, input.thresholds.get(k_silent_truncation, "medium_from"))) return;
  Finding finding{.rule = std::string(k_silent_truncation.id)};
  finding.severity = with_tools > 0 || count >= high_from ? Severity::high : Severity::medium;
  finding.title = amount_of(count, "answer") + (count == 1 ? " was" : " were") + " cut off and taken as whole";
  finding.evidence_text = "Ended by the limit on output tokens";
  if (with_tools > 0) finding.evidence_text += "; " + std::to_string(with_tools) + " with tools that were run from it";
  if (with_tools < count) {
    finding.evidence_text += "; " + std::to_string(count - with_tools) + " as the last word of a conversation";
  }
  Spent spent;
  for (const int32_t call : calls) spent.add(input.session.spans[call]);
  spent.put_into(finding);
  set_evidence(finding, std::move(calls), input.session);
  finding.fixes = {"Check the finish reason of every answer: one that ended by length is not whole",
                   "Raise the limit on output tokens, or ask the model to go on where it stopped",
                   "Ask for smaller pieces: long files in parts, fewer tool calls at once"};
  findings.push_back(std::move(finding));
}

// Calls of the session that saw a tool's result which is recorded as cut, each once.
void find_results(const RuleInput& input, std::vector<Finding>& findings) {
  const SessionContexts& contexts = input.session.contexts;
  const auto is_cut_result = [&](int32_t message) {
    const Message& result = contexts.messages[message].message;
    return result.state == ContentState::truncated &&
           std::ranges::any_of(result.parts, [](const Part& part) { return part.type == PartType::tool_result; });
  };
  // A node is behind its parent, so its beginning is known before it is.
  std::vector<bool> has_cut(contexts.bodies.size());
  for (size_t node = 1; node < has_cut.size(); ++node) {
    const auto at = static_cast<ContextTree::Node>(node);
    has_cut[node] = has_cut[contexts.bodies.parent(at)] || is_cut_result(contexts.bodies.message(at));
  }
  std::vector<int32_t> calls;
  for (const int32_t call : input.shape.calls) {
    const int32_t context = contexts.of_span[call];
    if (context >= 0 && has_cut[contexts.contexts[context].body]) calls.push_back(call);
  }
  if (calls.empty()) return;
  int64_t results = 0;
  for (size_t i = 0; i < contexts.messages.size(); ++i) results += is_cut_result(static_cast<int32_t>(i)) ? 1 : 0;
  Finding finding{.rule = std::string(k_silent_truncation.id), .severity = Severity::low};
  finding.title = amount_of(results, "tool result") + (results == 1 ? " was" : " were") + " recorded cut";
  finding.evidence_text = "In the context of " + amount_of(static_cast<int64_t>(calls.size()), "call") +
                          "; the records do not tell whether the model saw all of it";
  set_evidence(finding, std::move(calls), input.session);
  finding.fixes = {"If the agent cuts results: say so in the text, and how to get the rest",
                   "If only the telemetry cuts: raise its limit on the length of attributes"};
  findings.push_back(std::move(finding));
}

void find(const RuleInput& input, std::vector<Finding>& findings) {
  if (!input.session.contexts.is_loaded) return;
  find_answers(input, findings);
  find_results(input, findings);
}

}  // namespace

constinit const Rule k_silent_truncation = {
    .id = "silent_truncation",
    .summary = "an answer that ended by length was taken as whole",
    .thresholds = k_thresholds,
    .find = find,
};

}  // namespace strobe::analyze
