#include "query/session_health.h"

#include <unordered_map>
#include <vector>

namespace strobe::query {

namespace {

void count_context(const SpanFacts& facts, SessionHealth& health) {
  switch (facts.basis) {
    case ContextBasis::none: break;
    case ContextBasis::complete: ++health.contexts_complete; break;
    case ContextBasis::truncated: ++health.contexts_truncated; break;
    case ContextBasis::dropped: ++health.contexts_dropped; break;
    case ContextBasis::absent: ++health.contexts_absent; break;
    case ContextBasis::delta: ++health.contexts_delta; break;
    case ContextBasis::inferred: ++health.contexts_inferred; break;
  }
}

// Follows the parents that the spans name; where a walk comes back to a span of its own, everything from there on is a
// cycle.
int64_t count_in_cycles(const SessionView& view) {
  std::unordered_map<TraceId, std::unordered_map<SpanId, size_t>> place;
  for (size_t i = 0; i < view.spans.size(); ++i) {
    const SpanFacts& facts = view.spans[i].span.facts;
    place[facts.trace_id].emplace(facts.span_id, i);
  }
  std::vector<size_t> walk_of(view.spans.size(), 0);  // 0: not yet walked
  int64_t in_cycles = 0;
  for (size_t first = 0; first < view.spans.size(); ++first) {
    size_t at = first;
    while (walk_of[at] == 0) {
      walk_of[at] = first + 1;
      const SpanFacts& facts = view.spans[at].span.facts;
      const auto& in_trace = place[facts.trace_id];
      const auto parent = in_trace.find(facts.parent_span_id);
      if (parent == in_trace.end()) break;
      at = parent->second;
      if (walk_of[at] != first + 1) continue;
      size_t round = at;
      do {
        ++in_cycles;
        const SpanFacts& member = view.spans[round].span.facts;
        round = place[member.trace_id].at(member.parent_span_id);
      } while (round != at);
      break;
    }
  }
  return in_cycles;
}

}  // namespace

SessionHealth session_health(const SessionView& view) {
  SessionHealth health{.summary = view.summary};
  for (const SpanView& span : view.spans) {
    const SpanFacts& facts = span.span.facts;
    if (span.raw != nullptr) {
      health.dropped_attributes += span.raw->dropped_attributes_count;
      health.dropped_events += span.raw->dropped_events_count;
      health.dropped_links += span.raw->dropped_links_count;
      for (const RawEvent& event : span.raw->events) health.dropped_attributes += event.dropped_attributes_count;
      for (const RawLink& link : span.raw->links) health.dropped_attributes += link.dropped_attributes_count;
    }
    if (span.duplicate_how == SameCall::no) count_context(facts, health);
    health.orphans += span.parent_missing ? 1 : 0;
    health.never_ended += facts.end.ns == 0 ? 1 : 0;
    health.ends_before_start += facts.end.ns != 0 && facts.end < facts.start ? 1 : 0;
    health.unpriced_calls += span.is_llm_call && facts.cost_kind == CostKind::unpriced ? 1 : 0;
  }
  health.in_cycles = count_in_cycles(view);
  for (const Contradiction& contradiction : view.contradictions) {
    const SpanFacts& facts = view.spans[contradiction.span].span.facts;
    health.contradictions.push_back(
        {contradiction, facts.trace_id, facts.span_id, facts.name, facts.scope, facts.usage_rule});
  }
  return health;
}

}  // namespace strobe::query
