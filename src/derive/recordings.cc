#include "derive/recordings.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <tuple>

#include "derive/sameness.h"

namespace strobe::derive {

namespace {

// Below these a call or a tool is another one, made by whatever they stand for.
bool makes_calls(Kind kind) {
  switch (kind) {
    case Kind::agent:
    case Kind::tool:
    case Kind::workflow:
    case Kind::guardrail:
    case Kind::evaluation:
    case Kind::retrieval:
    case Kind::memory: return true;
    default: return false;
  }
}

// The spans directly inside each span of the same sort, as lists in two arrays.
class Inner {
 public:
  explicit Inner(size_t spans) : first_(spans, -1), next_(spans, -1) {}
  void add(int32_t outer, int32_t inner) {
    next_[inner] = first_[outer];
    first_[outer] = inner;
  }
  int32_t first(int32_t outer) const { return first_[outer]; }
  int32_t next(int32_t inner) const { return next_[inner]; }

 private:
  std::vector<int32_t> first_;
  std::vector<int32_t> next_;
};

// Of two recordings that agree on the tokens, or that both tell none of a call that failed: whether the outer one
// splits them up better, or has the conversation where the inner one has not. Anthropic's SDK records its calls without
// any text inside whatever an instrumentation records around it.
bool knows_more(const SpanFacts& outer, const SpanFacts& inner) {
  if (!is_equal_usage(outer, inner) && (outer.has_usage || inner.has_usage)) return false;
  if (has_buckets(outer) != has_buckets(inner)) return has_buckets(outer);
  return outer.input_context.has_value() && !inner.input_context.has_value();
}

// What is known of the calls inside one.
struct Inside {
  int32_t same = 0;       // that are, by all signs, this very call
  int32_t succeeded = 0;  // of those
  int32_t best = -1;      // the one that stands best for it
};

class NestedCalls {
 public:
  NestedCalls(std::span<const SpanFacts> spans, Recordings& recordings)
      : spans_(spans), recordings_(recordings), inner_(spans.size()), response_id_(spans.size()) {
    for (size_t i = 0; i < spans.size(); ++i) response_id_[i] = spans[i].response_id;
  }

  void add(int32_t outer, int32_t inner) { inner_.add(outer, inner); }

  // Those inside must have been decided before.
  void decide(int32_t outer) {
    const Inside inside = look_inside(outer);
    if (inside.same == 0) return;
    recordings_.wrapped[outer] = std::max(inside.same, recordings_.wrapped[inside.best]);
    const int32_t best = last_speaker(recordings_.speaker, inside.best);
    const SpanFacts& around = spans_[outer];
    if (response_id_[outer].empty()) response_id_[outer] = response_id_[inside.best];
    if (spans_[best].has_usage || !around.has_usage) {
      if (inside.same == 1 && knows_more(around, spans_[best])) {
        let_speak(recordings_, best, outer, SameCall::nested);
      } else {
        let_speak(recordings_, outer, inside.best, SameCall::nested);
      }
    } else if (inside.same == 1 || inside.succeeded == 1) {
      let_speak(recordings_, best, outer, SameCall::nested);
    } else if (inside.succeeded > 1) {
      recordings_.is_sum[outer] = true;
    }
  }

 private:
  Inside look_inside(int32_t outer) {
    Inside inside;
    for (int32_t i = inner_.first(outer); i >= 0; i = inner_.next(i)) {
      if (!is_same(outer, i)) continue;
      ++inside.same;
      inside.succeeded += spans_[i].status == SpanStatus::error ? 0 : 1;
      if (inside.best < 0 || rank(outer, inside.best) < rank(outer, i)) inside.best = i;
    }
    return inside;
  }

  bool is_same(int32_t outer, int32_t inner) {
    const SpanFacts& around = spans_[outer];
    const SpanFacts& span = spans_[inner];
    if (around.kind != span.kind) return false;
    if (!around.response_id.empty() && around.response_id == span.response_id) return true;
    // Some instrumentations hang independent calls below each other; those are over when the next one begins.
    if (!overlap(around, span)) return false;
    if (is_equal_usage(around, span)) return true;
    // A gateway may give the answer an id of its own, but does not tell other tokens then.
    if (ids_contradict(around.response_id, response_id_[inner])) {
      return is_equal_usage(around, spans_[last_speaker(recordings_.speaker, inner)]);
    }
    return models_agree(around.model, span.model);
  }

  std::tuple<bool, bool, bool, bool, TimeNs, SpanId> rank(int32_t outer, int32_t inner) {
    const SpanFacts& around = spans_[outer];
    const SpanFacts& span = spans_[last_speaker(recordings_.speaker, inner)];
    return {!around.response_id.empty() && around.response_id == span.response_id,
            is_equal_usage(around, span),
            span.has_usage,
            spans_[inner].status != SpanStatus::error,
            end_of(spans_[inner]),
            spans_[inner].span_id};
  }

  std::span<const SpanFacts> spans_;
  Recordings& recordings_;
  Inner inner_;
  std::vector<std::string_view> response_id_;  // of the call that a span records, as far as any of its recordings tells
};

}  // namespace

bool is_call(const SpanFacts& span) {
  return (span.kind == Kind::llm || span.kind == Kind::embedding) && !span.is_rollup;
}

TimeNs end_of(const SpanFacts& span) {
  if (span.end.ns == 0) return {std::numeric_limits<int64_t>::max()};
  return std::max(span.start, span.end);
}

bool overlap(const SpanFacts& a, const SpanFacts& b) { return a.start <= end_of(b) && b.start <= end_of(a); }

int32_t last_speaker(std::vector<int32_t>& speaker, int32_t span) {
  while (speaker[span] != span) {
    speaker[span] = speaker[speaker[span]];
    span = speaker[span];
  }
  return span;
}

void let_speak(Recordings& recordings, int32_t span, int32_t speaker, SameCall how) {
  recordings.speaker[span] = speaker;
  recordings.how[span] = how;
}

void match_nested_calls(std::span<const SpanFacts> spans, const Tree& tree, std::span<const Place> places,
                        Recordings& recordings) {
  NestedCalls nested(spans, recordings);
  std::vector<int32_t> around(spans.size(), -1);
  for (const int32_t i : tree.top_down) {
    const int32_t parent = places[i].parent;
    if (parent >= 0 && is_call(spans[parent])) {
      around[i] = parent;
    } else if (parent >= 0 && !makes_calls(spans[parent].kind)) {
      around[i] = around[parent];
    }
    if (is_call(spans[i]) && around[i] >= 0) nested.add(around[i], i);
  }
  for (auto it = tree.top_down.rbegin(); it != tree.top_down.rend(); ++it) {
    if (is_call(spans[*it])) nested.decide(*it);
  }
}

void match_nested_tools(std::span<const SpanFacts> spans, const Tree& tree, std::span<const Place> places,
                        Recordings& recordings) {
  std::vector<int32_t> around(spans.size(), -1);
  std::vector<int32_t> mcp_inside(spans.size(), 0);
  const auto is_tool = [&](int32_t i) { return spans[i].kind == Kind::tool; };
  for (const int32_t i : tree.top_down) {
    const int32_t parent = places[i].parent;
    if (parent < 0) continue;
    if (is_tool(parent)) {
      around[i] = parent;
    } else if (!makes_calls(spans[parent].kind) && !is_call(spans[parent])) {
      around[i] = around[parent];
    }
    if (is_tool(i) && around[i] >= 0 && is_mcp_call(spans[i])) ++mcp_inside[around[i]];
  }
  for (const int32_t i : tree.top_down) {
    const int32_t outer = around[i];
    if (!is_tool(i) || outer < 0 || ids_contradict(spans[outer].tool_call_id, spans[i].tool_call_id)) continue;
    const bool is_only_way = is_mcp_call(spans[i]) && mcp_inside[outer] == 1;
    if (is_only_way || tool_name_of(spans[outer]) == tool_name_of(spans[i]))
      let_speak(recordings, i, outer, SameCall::nested);
  }
}

Recordings find_recordings(std::span<const SpanFacts> spans, const Tree& tree, std::span<const Place> places) {
  Recordings recordings{.speaker = std::vector<int32_t>(spans.size()),
                        .how = std::vector<SameCall>(spans.size(), SameCall::no),
                        .wrapped = std::vector<int32_t>(spans.size(), 0),
                        .is_sum = std::vector<bool>(spans.size(), false)};
  std::iota(recordings.speaker.begin(), recordings.speaker.end(), 0);
  match_nested_calls(spans, tree, places, recordings);
  match_nested_tools(spans, tree, places, recordings);
  match_twins(spans, tree, recordings);
  for (size_t i = 0; i < spans.size(); ++i) {
    recordings.speaker[i] = last_speaker(recordings.speaker, static_cast<int32_t>(i));
  }
  return recordings;
}

}  // namespace strobe::derive
