#include "analyze/find_call.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "base/whole_number.h"

namespace strobe::analyze {

namespace {

std::unexpected<Error> not_found(std::string message, std::string hint) {
  return fail(ErrorCode::not_found, std::move(message), std::move(hint));
}

std::string in_words(int64_t number, std::string_view thing) {
  return std::to_string(number) + " " + std::string(thing) + (number == 1 ? "" : "s");
}

std::vector<int32_t> calls_of(const SessionView& session) {
  std::vector<int32_t> calls;
  for (size_t i = 0; i < session.spans.size(); ++i)
    if (session.spans[i].is_llm_call) calls.push_back(static_cast<int32_t>(i));
  return calls;
}

Result<int32_t> call_of_step(const SessionView& session, int64_t step) {
  int64_t steps = 0;
  for (size_t i = 0; i < session.spans.size(); ++i) {
    const SpanView& span = session.spans[i];
    if (!span.is_llm_call || span.step <= 0) continue;
    if (span.step == step) return static_cast<int32_t>(i);
    ++steps;
  }
  return not_found("no step " + std::to_string(step), "the session has " + in_words(steps, "step"));
}

Result<int32_t> call_of_span(const SessionView& session, std::string_view prefix) {
  int32_t found = -1;
  for (size_t i = 0; i < session.spans.size(); ++i) {
    if (!session.spans[i].span.facts.span_id.hex().starts_with(prefix)) continue;
    if (found >= 0)
      return fail(ErrorCode::invalid, "several spans begin with '" + std::string(prefix) + "'", "give more of the id");
    found = static_cast<int32_t>(i);
  }
  if (found < 0 || prefix.empty())
    return not_found("no span begins with '" + std::string(prefix) + "'", "strobe show ID --view tree -v prints ids");
  if (!session.spans[found].is_llm_call)
    return fail(ErrorCode::invalid, "span " + session.spans[found].span.facts.span_id.hex() + " is no call to a model",
                "only these see a context");
  return found;
}

Result<int32_t> call_of_number(const SessionView& session, int64_t number) {
  const std::vector<int32_t> calls = calls_of(session);
  bool is_any_known = false;
  for (const int32_t call : calls) is_any_known = is_any_known || has_context(session, call);
  if (!is_any_known) return not_found("no context is known of any call in this session", "was content recorded?");
  for (int64_t at = std::min(number, static_cast<int64_t>(calls.size())); at > 0; --at)
    if (has_context(session, calls[at - 1])) return calls[at - 1];
  return not_found("no context is known at or before #" + std::to_string(number),
                   "the session has " + in_words(static_cast<int64_t>(calls.size()), "call"));
}

}  // namespace

Result<int32_t> find_call(const SessionView& session, std::string_view where) {
  if (where.starts_with("span:")) return call_of_span(session, where.substr(5));
  const bool is_number = where.starts_with('#');
  const auto number = whole_number<int64_t>(is_number ? where.substr(1) : where, 0);
  if (!number)
    return fail(ErrorCode::invalid, "'" + std::string(where) + "' names no call",
                "3 is the call of step 3, span:ID that of a span, #3 the third call");
  return is_number ? call_of_number(session, *number) : call_of_step(session, *number);
}

const Lane* main_lane(const SessionView& session) {
  const Lane* best = nullptr;
  for (const Lane& lane : session.lanes) {
    if (lane.is_side || lane.calls.empty()) continue;
    if (best == nullptr || lane.calls.size() > best->calls.size()) best = &lane;
  }
  return best;
}

int32_t last_main_call(const SessionView& session) {
  std::vector<int32_t> calls;
  if (const Lane* lane = main_lane(session)) {
    for (const LaneCall& call : lane->calls) calls.push_back(call.span);
  } else {
    calls = calls_of(session);
  }
  const auto known =
      std::find_if(calls.rbegin(), calls.rend(), [&](int32_t call) { return has_context(session, call); });
  if (known != calls.rend()) return *known;
  return calls.empty() ? -1 : calls.back();
}

std::string_view why_unknown(const SessionView& session, int32_t span) {
  switch (session.spans[span].span.facts.basis) {
    case ContextBasis::complete:
    case ContextBasis::inferred: return has_context(session, span) ? "" : "its context is not in the store";
    case ContextBasis::truncated: return "its content was cut when it was recorded (truncated)";
    case ContextBasis::dropped: return "its sender dropped attributes (dropped)";
    case ContextBasis::delta: return "the provider holds the history, only what was new was recorded (delta)";
    case ContextBasis::absent: return "its content was not recorded (absent)";
    case ContextBasis::none: break;
  }
  return "it is not known what it saw";
}

bool has_context(const SessionView& session, int32_t span) {
  const SessionContexts& contexts = session.contexts;
  return static_cast<size_t>(span) < contexts.of_span.size() && contexts.of_span[span] >= 0;
}

bool has_whole_context(const SessionView& session, int32_t span) {
  return has_context(session, span) && is_whole(session.spans[span].span.facts.basis);
}

}  // namespace strobe::analyze
