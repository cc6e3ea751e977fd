#include "derive/usage.h"

namespace strobe::derive {

namespace {

bool is_call(const SpanFacts& span) {
  return (span.kind == Kind::llm || span.kind == Kind::embedding) && !span.is_rollup;
}

bool same_model(const SpanFacts& a, const SpanFacts& b) {
  return a.model.empty() || b.model.empty() || a.model == b.model;
}

// Two instrumentations record one call twice, the outer around the inner: the inner wins. Between them stands no agent
// and no tool, for below those the calls are others.
struct Wrapping {
  std::vector<int32_t> wrapper;        // for each span the call that is an outer recording of it, -1: none
  std::vector<int32_t> wrapped_calls;  // how many it is an outer recording of
};

Wrapping find_wrapping(std::span<const SpanFacts> spans, const Tree& tree, std::span<const Place> places) {
  Wrapping wrapping{.wrapper = std::vector<int32_t>(spans.size(), -1),
                    .wrapped_calls = std::vector<int32_t>(spans.size(), 0)};
  std::vector<int32_t> enclosing_call(spans.size(), -1);
  for (const int32_t i : tree.top_down) {
    const int32_t parent = places[i].parent;
    if (parent >= 0) {
      const Kind kind = spans[parent].kind;
      if (is_call(spans[parent])) {
        enclosing_call[i] = parent;
      } else if (kind != Kind::agent && kind != Kind::tool && kind != Kind::workflow) {
        enclosing_call[i] = enclosing_call[parent];
      }
    }
    if (!is_call(spans[i])) continue;
    const int32_t outer = enclosing_call[i];
    if (outer >= 0 && same_model(spans[outer], spans[i]) && (spans[i].has_usage || !spans[outer].has_usage)) {
      wrapping.wrapper[i] = outer;
      ++wrapping.wrapped_calls[outer];
    }
  }
  return wrapping;
}

void take_reported_costs(std::span<const SpanFacts> spans, const Tree& tree, const Wrapping& wrapping,
                         std::span<Place> places) {
  for (const int32_t i : tree.top_down) {
    places[i].cost_kind = spans[i].cost_kind;
    places[i].cost_pico_usd = spans[i].cost_pico_usd;
    const int32_t wrapper = wrapping.wrapper[i];
    if (spans[i].cost_kind != CostKind::unpriced || wrapper < 0 || wrapping.wrapped_calls[wrapper] != 1) continue;
    places[i].cost_kind = places[wrapper].cost_kind;
    places[i].cost_pico_usd = places[wrapper].cost_pico_usd;
  }
}

}  // namespace

void count_leaves(std::span<const SpanFacts> spans, const Tree& tree, std::span<Place> places) {
  const Wrapping wrapping = find_wrapping(spans, tree, places);
  take_reported_costs(spans, tree, wrapping, places);
  std::vector<bool> counted_below(spans.size(), false);
  for (auto it = tree.top_down.rbegin(); it != tree.top_down.rend(); ++it) {
    const int32_t i = *it;
    places[i].is_call = is_call(spans[i]) && wrapping.wrapped_calls[i] == 0;
    places[i].is_llm_call = places[i].is_call && spans[i].kind == Kind::llm;
    if (places[i].is_call) {
      places[i].counted = spans[i].has_usage || places[i].cost_kind != CostKind::unpriced;
    } else {
      places[i].counted = spans[i].has_usage && !counted_below[i];
    }
    if (places[i].parent >= 0 && (places[i].counted || counted_below[i])) counted_below[places[i].parent] = true;
  }
}

}  // namespace strobe::derive
