#pragma once

#include <algorithm>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "derive/lanes.h"

// Sessions made by hand for tests of lanes.

namespace strobe::derive {

inline SpanId lanes_id_of(int32_t number) {
  SpanId id;
  for (int i = 0; i < 4; ++i) id.bytes[7 - i] = static_cast<uint8_t>(static_cast<uint32_t>(number) >> (8 * i));
  return id;
}

// A span of a session made by hand; messages and heads are numbers.
struct Made {
  Kind kind = Kind::llm;
  int32_t parent = 0;  // number of a span, 0: none
  int64_t start = 0, end = 0;
  std::vector<int32_t> body = {};
  int32_t head = 0;
  int32_t step = 0;
  std::string model = "claude-sonnet-4";
  ContextBasis basis = ContextBasis::complete;
};

// Sessions whose spans are named by the order in which they were added, from 1 on.
class LaneSession {
 public:
  int32_t add(Made made) {
    made_.push_back(std::move(made));
    return static_cast<int32_t>(made_.size());
  }
  int32_t agent(int32_t parent, int64_t start, int64_t end) {
    return add({.kind = Kind::agent, .parent = parent, .start = start, .end = end});
  }
  // A call that is a step.
  int32_t call(int32_t parent, int64_t start, int64_t end, std::vector<int32_t> body, int32_t head = 0) {
    return add(
        {.parent = parent, .start = start, .end = end, .body = std::move(body), .head = head, .step = ++last_step_});
  }
  // Of the call before it.
  int32_t tool(int32_t parent, int64_t start, int64_t end) {
    return add({.kind = Kind::tool, .parent = parent, .start = start, .end = end, .step = last_step_});
  }
  Made& at(int32_t number) { return made_[number - 1]; }

  // As query would hand it over, had the spans come in the order of `arrival`.
  SessionView view(std::vector<int32_t> arrival) const {
    std::ranges::sort(arrival, {}, [&](int32_t span) { return std::pair(made_[span].start, span); });
    SessionView view;
    std::vector<int32_t> index(made_.size());
    for (const int32_t number : arrival) {
      index[number] = static_cast<int32_t>(view.spans.size());
      add_span(view, number);
    }
    for (SpanView& span : view.spans) {
      const int32_t parent = made_[number_of(span) - 1].parent;
      if (parent > 0) span.parent = index[parent - 1];
    }
    for (size_t i = 0; i < view.spans.size(); ++i) {
      if (view.spans[i].parent >= 0) view.spans[view.spans[i].parent].children.push_back(static_cast<int32_t>(i));
    }
    view.contexts.is_loaded = true;
    assign_lanes(view);
    return view;
  }
  SessionView view() const {
    std::vector<int32_t> arrival(made_.size());
    std::iota(arrival.begin(), arrival.end(), 0);
    return view(arrival);
  }
  static int32_t number_of(const SpanView& span) {
    const auto& bytes = span.span.facts.span_id.bytes;
    return (bytes[4] << 24) | (bytes[5] << 16) | (bytes[6] << 8) | bytes[7];
  }

 private:
  void add_span(SessionView& view, int32_t number) const {
    const Made& made = made_[number];
    SpanView& span = view.spans.emplace_back();
    span.span.facts.span_id = lanes_id_of(number + 1);
    span.span.facts.kind = made.kind;
    span.span.facts.start = {made.start};
    span.span.facts.end = {made.end};
    span.span.facts.model = made.model;
    span.step = made.step;
    span.is_llm_call = made.kind == Kind::llm;
    span.span.facts.basis = span.is_llm_call ? made.basis : ContextBasis::none;
    SessionContexts& contexts = view.contexts;
    contexts.of_span.push_back(-1);
    contexts.outputs.emplace_back();
    if (!span.is_llm_call || made.basis == ContextBasis::absent) return;
    const SessionContexts::Context context{.head = made.head, .body = contexts.bodies.insert(made.body)};
    const auto same = std::ranges::find_if(contexts.contexts, [&](const SessionContexts::Context& other) {
      return other.head == context.head && other.body == context.body;
    });
    contexts.of_span.back() = static_cast<int32_t>(same - contexts.contexts.begin());
    if (same == contexts.contexts.end()) contexts.contexts.push_back(context);
  }

  std::vector<Made> made_;
  int32_t last_step_ = 0;
};

// "1 first, 2 continues 3": the spans of each lane with how they came there, lanes divided by "; ", "(side)", "(from
// 1)".
inline std::string text_of(const SessionView& view) {
  std::string text;
  for (const Lane& lane : view.lanes) {
    if (!text.empty()) text += "; ";
    if (lane.is_side) text += "(side) ";
    if (lane.forked_from != 0) text += "(from " + std::to_string(lane.forked_from) + ") ";
    for (const LaneCall& call : lane.calls) {
      if (&call != &lane.calls.front()) text += ", ";
      text += std::to_string(LaneSession::number_of(view.spans[call.span])) + " " + std::string(name_of(call.link));
      if (call.shared > 0) text += " " + std::to_string(call.shared);
    }
  }
  return text;
}

}  // namespace strobe::derive
