#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "model/context_tree.h"
#include "model/contradiction.h"
#include "model/cost.h"
#include "model/recording.h"
#include "model/span.h"

namespace strobe {

// What one trace contributes to one session. Sums, so that traces may be added in any order.
struct SessionPart {
  SessionId session;
  std::string session_namespace;
  std::string key;
  TraceId trace_id;
  std::string agent;  // of the earliest span that names one
  std::string service;
  std::string task;             // first user message of the earliest LLM call that has one; cut to k_task_bytes_max
  TimeNs start;                 // earliest start
  TimeNs end;                   // latest end
  bool has_ended_root = false;  // a span without a parent in this part has ended
  SpanStatus root_status = SpanStatus::unset;  // of the latest-ending root
  bool cancelled = false;
  int64_t spans = 0;
  int64_t steps = 0;
  int64_t llm_calls = 0;
  int64_t tool_calls = 0;
  int64_t errors = 0;
  std::set<std::string> models;
  Usage usage;
  CostSum cost;  // over the counted calls (LLM and embedding)
};

inline constexpr size_t k_task_bytes_max = 200;

// A session as lists and the head of every view show it: parts added up.
struct SessionSummary {
  SessionId id;
  std::string session_namespace;
  std::string key;
  std::string agent;
  std::string service;
  std::string task;
  SessionStatus status = SessionStatus::unknown;
  TimeNs start;
  TimeNs end;
  int64_t spans = 0;
  int64_t steps = 0;
  int64_t llm_calls = 0;
  int64_t tool_calls = 0;
  int64_t errors = 0;
  std::vector<std::string> models;  // sorted
  Usage usage;
  int64_t cost_pico_usd = 0;
  CostKind cost_kind = CostKind::unpriced;
  std::vector<TraceId> traces;  // sorted
};

// A span within a session: what the span says plus what only its neighbours tell.
struct SpanView {
  NormalSpan span;
  const RawSpan* raw = nullptr;
  std::span<const RawLog> logs;   // that tell of it, by time; without those that only repeat a call's input, where
                                  // content was left in the store
  size_t log_records = 0;         // that tell of it, whether they are among `logs` or not
  int32_t parent = -1;            // index into SessionView::spans, -1: a root or its parent is missing
  bool parent_missing = false;    // names a parent that is not in the session
  std::vector<int32_t> children;  // by start, then span id
  int32_t step = 0;               // 1-based; 0: belongs to none
  bool counted = false;           // its usage is part of the session's totals
  bool is_llm_call = false;       // a call of its own, no other recording of one that another span speaks for
  SpanId duplicate_of;            // the span that speaks for the call this one records too; zero: it speaks for itself
  SameCall duplicate_how = SameCall::no;
  std::vector<MessageId> output_messages;
  int32_t lane = 0;  // number of the Lane its call is in, a tool's that of the call that asked for it; 0: none, or not
                     // worked out
};

// A message of a context or an output, with its identity.
struct ContextMessage {
  MessageId id;
  Message message;
};

// What the calls of a session saw. Messages, heads and contexts are numbered from 0, each distinct one once: memory is
// linear in unique content. Filled by query::load_contexts.
struct SessionContexts {
  // The part of a context that stands before the conversation.
  struct Head {
    std::vector<int32_t> tools, system;  // messages
    bool operator==(const Head&) const = default;
  };
  struct Context {
    ContextId id;
    int32_t head = 0;
    ContextTree::Node body = ContextTree::k_empty;
  };
  std::vector<ContextMessage> messages;  // seen, or answered
  std::vector<Head> heads;
  ContextTree bodies;
  std::vector<Context> contexts;
  std::vector<int32_t> of_span;               // for each span the context it saw, -1: none is known
  std::vector<std::vector<int32_t>> outputs;  // for each span the messages it answered
  bool is_loaded = false;                     // else everything is empty
};

// How a call came to be in its lane.
enum class LaneLink : uint8_t {
  first,      // begins it
  continues,  // its conversation begins as that of the call before it in the lane did, in whole or in part
  retry,      // sees the very same context again
  restarts,   // shares no message of the conversation, but the head and the agent: a compaction, or a rewrite
  assumed,    // its context is not known: the next call of the same agent
};
// "first", "continues", ...
std::string_view name_of(LaneLink link);

struct LaneCall {
  int32_t span = 0;  // index into SessionView::spans
  LaneLink link = LaneLink::first;
  int32_t shared = 0;  // messages of the conversation, from its beginning, that the call before it in the lane saw too
};

// Calls that continue each other: context.md section 6, docs/reference/lanes.md. What is judged from one call to the
// next (cache, growth, loops) is judged within a lane.
struct Lane {
  int32_t number = 0;  // 1-based, by the start of the first call
  std::vector<LaneCall> calls;
  int32_t agent = -1;       // the nearest agent span above the first call, -1: none
  bool is_side = false;     // titles, summaries and the like: no steps
  int32_t forked_from = 0;  // the lane whose conversation it took over when it began; 0: none
};

// Everything an analysis reads. Owns the memory of its spans. Spans are ordered by start, then trace id, then span id.
struct SessionView {
  SessionSummary summary;
  std::vector<SpanView> spans;
  std::vector<Contradiction> contradictions;  // in the order of the spans; of whole sessions only
  SessionContexts contexts;
  std::vector<Lane> lanes;  // lane N is lanes[N - 1]; each call to a model is in exactly one, once contexts are loaded
  std::vector<std::shared_ptr<void>> memory;
};

// One line of a transcript: a message and the span that brought it.
struct TranscriptEntry {
  int32_t span = 0;  // index into SessionView::spans
  const Message* message = nullptr;
  MessageId id;
};

struct Transcript {
  std::vector<TranscriptEntry> entries;
  std::shared_ptr<void> memory;
};

}  // namespace strobe
