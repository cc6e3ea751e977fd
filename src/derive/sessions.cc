#include "derive/sessions.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "context/canonical.h"
#include "derive/session_names.h"

namespace strobe::derive {

namespace {

struct Key {
  std::string_view session_namespace;
  std::string_view key;
  auto operator<=>(const Key&) const = default;
};

// The key each span goes by. Views into `spans`, or into `trace_hex`.
std::vector<Key> keys_of(std::span<const SpanFacts> spans, const Tree& tree, std::span<const Place> places,
                         std::string_view trace_hex) {
  std::set<Key> named;
  std::vector<Key> keys(spans.size());
  std::vector<bool> is_named(spans.size(), false);
  // Some frameworks give every run of a sub-agent a conversation of its own: it is part of the one it was called in.
  std::vector<bool> is_in_named_agent(spans.size(), false);
  for (const int32_t i : tree.top_down) {
    const SpanFacts& span = spans[i];
    const int32_t parent = places[i].parent;
    is_in_named_agent[i] =
        parent >= 0 && (is_in_named_agent[parent] || (is_named[parent] && spans[parent].kind == Kind::agent));
    if (!span.session_key.empty() && !is_in_named_agent[i]) {
      keys[i] = {span.session_namespace, span.session_key};
      named.insert(keys[i]);
      is_named[i] = true;
    } else if (parent >= 0 && is_named[parent]) {
      keys[i] = keys[parent];
      is_named[i] = true;
    }
  }
  for (size_t i = 0; i < spans.size(); ++i) {
    if (is_named[i]) continue;
    if (!spans[i].run_id.empty()) {
      keys[i] = {k_run_namespace, spans[i].run_id};
    } else if (named.size() == 1) {
      keys[i] = *named.begin();
    } else {
      keys[i] = {k_trace_namespace, trace_hex};
    }
  }
  return keys;
}

// A part under way.
struct Sum {
  SessionPart part;
  int32_t first_call = -1;  // that tells its context
  int32_t first_agent = -1;
  TimeNs root_end;
};

void add_root(Sum& sum, const SpanFacts& span) {
  if (span.end.ns == 0) return;  // began, but has not ended
  if (!sum.part.has_ended_root || span.end >= sum.root_end) {
    sum.part.root_status = span.status;
    sum.root_end = span.end;
  }
  sum.part.has_ended_root = true;
}

void add_span(SessionPart& part, const SpanFacts& span, const Place& place) {
  ++part.spans;
  part.start = std::min(part.start, span.start);
  part.cancelled = part.cancelled || span.cancelled;
  if (place.is_llm_call) {
    ++part.llm_calls;
    part.steps += place.step > 0 ? 1 : 0;
    if (!span.model.empty()) part.models.insert(span.model);
  }
  if (place.is_tool_call) ++part.tool_calls;
  if (place.counted) {
    part.usage += span.usage;
    part.cost.add(place.cost_kind, place.cost_pico_usd);
  }
}

// For each span whether what ended last below it failed: then it only repeats that, also where those in between say
// nothing of it.
std::vector<bool> last_below_failed(std::span<const SpanFacts> spans, const Tree& tree) {
  std::vector<int32_t> last(spans.size(), -1);
  std::vector<bool> failed(spans.size(), false);
  const auto key = [&](int32_t i) { return std::pair(end_of(spans[i]), spans[i].span_id); };
  for (auto it = tree.top_down.rbegin(); it != tree.top_down.rend(); ++it) {
    const int32_t i = *it;
    if (last[i] >= 0) failed[i] = spans[last[i]].status == SpanStatus::error || failed[last[i]];
    const int32_t parent = tree.parent[i];
    if (parent >= 0 && (last[parent] < 0 || key(last[parent]) < key(i))) last[parent] = i;
  }
  return failed;
}

// Failing spans none of whose children failed, nor what ended last below: the place where it went wrong, once, also
// where two have recorded it. The run of a process fails because something in it did, so it makes the session fail but
// is no error of its own.
std::vector<bool> failing_leaves(std::span<const SpanFacts> spans, const Tree& tree, std::span<const Place> places,
                                 const Recordings& recordings) {
  const std::vector<bool> is_repeated = last_below_failed(spans, tree);
  std::vector<bool> child_failed(spans.size(), false);
  for (size_t i = 0; i < spans.size(); ++i) {
    if (spans[i].status == SpanStatus::error && places[i].parent >= 0) child_failed[places[i].parent] = true;
  }
  std::vector<bool> failing(spans.size(), false);
  for (size_t i = 0; i < spans.size(); ++i) {
    const bool is_told_elsewhere = recordings.how[i] != SameCall::no && recordings.how[i] != SameCall::nested &&
                                   spans[recordings.speaker[i]].status == SpanStatus::error;
    failing[i] = spans[i].status == SpanStatus::error && !child_failed[i] && !is_repeated[i] && !is_told_elsewhere &&
                 spans[i].kind != Kind::run;
  }
  return failing;
}

// A root of its part: no parent at all, or one that belongs to another session.
bool is_root(std::span<const SpanFacts> spans, std::span<const Place> places, int32_t i) {
  if (places[i].parent < 0) return spans[i].parent_span_id.is_zero() || places[i].cycle_cut;
  return places[places[i].parent].session != places[i].session;
}

}  // namespace

void assign_sessions(std::span<const SpanFacts> spans, const Tree& tree, std::span<Place> places) {
  if (spans.empty()) return;
  const std::string trace_hex = spans.front().trace_id.hex();
  const std::vector<Key> keys = keys_of(spans, tree, places, trace_hex);
  std::map<Key, SessionId> ids;
  for (size_t i = 0; i < spans.size(); ++i) {
    const auto [at, is_new] = ids.try_emplace(keys[i]);
    if (is_new) at->second = context::session_id(keys[i].session_namespace, keys[i].key);
    places[i].session = at->second;
  }
}

void sum_parts(std::span<const SpanFacts> spans, const Tree& tree, const Recordings& recordings,
               TraceDerivation& derivation) {
  if (spans.empty()) return;
  const std::span<const Place> places = derivation.places;
  const std::string trace_hex = spans.front().trace_id.hex();
  const std::vector<Key> keys = keys_of(spans, tree, places, trace_hex);
  const std::vector<bool> failing = failing_leaves(spans, tree, places, recordings);
  std::map<SessionId, Sum> sums;
  for (const int32_t i : tree.by_start) {
    const SpanFacts& span = spans[i];
    const auto [at, is_new] = sums.try_emplace(places[i].session);
    SessionPart& part = at->second.part;
    if (is_new) {
      part.session = places[i].session;
      part.session_namespace = keys[i].session_namespace;
      part.key = keys[i].key;
      part.trace_id = span.trace_id;
      part.start = span.start;
      part.end = span.end;
    }
    if (is_root(spans, places, i)) add_root(at->second, span);
    part.end = std::max({part.end, span.end, span.start});
    add_span(part, span, places[i]);
    part.errors += failing[i] ? 1 : 0;
    if (part.agent.empty() && span.kind != Kind::run) part.agent = span.agent;
    if (part.service.empty() && span.kind != Kind::run) part.service = span.service;
    if (at->second.first_call < 0 && span.kind == Kind::llm && span.input_context) at->second.first_call = i;
    if (at->second.first_agent < 0 && span.kind == Kind::agent) at->second.first_agent = i;
  }
  for (auto& [id, sum] : sums) {
    derivation.parts.push_back(std::move(sum.part));
    derivation.task_spans.push_back(sum.first_call >= 0 ? sum.first_call : sum.first_agent);
  }
}

}  // namespace strobe::derive
