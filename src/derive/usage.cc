#include "derive/usage.h"

namespace strobe::derive {

namespace {

bool is_call(const SpanFacts& span) {
  return (span.kind == Kind::llm || span.kind == Kind::embedding) && !span.is_rollup;
}

bool same_model(const SpanFacts& a, const SpanFacts& b) {
  return a.model.empty() || b.model.empty() || a.model == b.model;
}

}  // namespace

void count_leaves(std::span<const SpanFacts> spans, const Tree& tree, std::span<Place> places) {
  // Two instrumentations record one call twice, the outer around the inner: the inner wins. Between them stands no agent
  // and no tool, for below those the calls are others.
  std::vector<int32_t> enclosing_call(spans.size(), -1);
  std::vector<bool> wraps_a_call(spans.size(), false);
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
      wraps_a_call[outer] = true;
    }
  }
  std::vector<bool> counted_below(spans.size(), false);
  for (auto it = tree.top_down.rbegin(); it != tree.top_down.rend(); ++it) {
    const int32_t i = *it;
    places[i].is_llm_call = spans[i].kind == Kind::llm && is_call(spans[i]) && !wraps_a_call[i];
    if (is_call(spans[i]) && !wraps_a_call[i]) {
      places[i].counted = spans[i].has_usage || spans[i].cost_kind != CostKind::unpriced;
    } else {
      places[i].counted = spans[i].has_usage && !counted_below[i];
    }
    if (places[i].parent >= 0 && (places[i].counted || counted_below[i])) counted_below[places[i].parent] = true;
  }
}

}  // namespace strobe::derive
