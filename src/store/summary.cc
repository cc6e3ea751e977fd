#include "store/summary.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "base/assert.h"
#include "base/saturated.h"

namespace strobe::store {

namespace {
std::vector<const SessionPart*> by_start(const std::vector<SessionPart>& parts) {
  std::vector<const SessionPart*> ordered;
  for (const SessionPart& part : parts) ordered.push_back(&part);
  std::ranges::sort(ordered, [](const SessionPart* a, const SessionPart* b) {
    return std::tie(a->start, a->trace_id) < std::tie(b->start, b->trace_id);
  });
  return ordered;
}

void take_first(std::string& to, const std::string& from) {
  if (to.empty()) to = from;
}

}  // namespace

Store::SessionRow summarise(const std::vector<SessionPart>& parts) {
  STROBE_ASSERT(!parts.empty());
  Store::SessionRow row;
  SessionSummary& summary = row.summary;
  const auto ordered = by_start(parts);
  summary.id = ordered.front()->session;
  summary.session_namespace = ordered.front()->session_namespace;
  summary.key = ordered.front()->key;
  summary.start = ordered.front()->start;
  summary.end = ordered.front()->end;
  row.all_roots_ended = true;
  const SessionPart* last = nullptr;
  std::set<std::string> models;
  std::set<TraceId> traces;
  CostSum cost;
  for (const SessionPart* part : ordered) {
    take_first(summary.agent, part->agent);
    take_first(summary.service, part->service);
    take_first(summary.task, part->task);
    summary.end = std::max(summary.end, part->end);
    add_to(summary.spans, part->spans);
    add_to(summary.steps, part->steps);
    add_to(summary.llm_calls, part->llm_calls);
    add_to(summary.tool_calls, part->tool_calls);
    add_to(summary.errors, part->errors);
    summary.usage += part->usage;
    cost += part->cost;
    models.insert(part->models.begin(), part->models.end());
    traces.insert(part->trace_id);
    row.cancelled |= part->cancelled;
    row.has_ended_root |= part->has_ended_root;
    row.all_roots_ended &= part->has_ended_root;
    if (part->has_ended_root && (last == nullptr || part->end >= last->end)) last = part;
  }
  if (last != nullptr) row.root_status = last->root_status;
  summary.cost_pico_usd = cost.pico_usd;
  summary.cost_kind = cost.kind();
  summary.models.assign(models.begin(), models.end());
  summary.traces.assign(traces.begin(), traces.end());
  return row;
}

SessionStatus status_of(const Store::SessionRow& row, TimeNs now) {
  if (row.cancelled) return SessionStatus::cancelled;
  if (row.all_roots_ended) return row.root_status == SpanStatus::error ? SessionStatus::error : SessionStatus::ok;
  // A clock that was set back makes the silence negative: still running.
  return now - row.heard_of <= k_silence_max ? SessionStatus::running : SessionStatus::unknown;
}

}  // namespace strobe::store
