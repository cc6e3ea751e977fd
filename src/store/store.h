#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "base/result.h"
#include "context/piece.h"
#include "context/split.h"
#include "model/session.h"
#include "model/span.h"
#include "store/questions.h"
#include "store/upkeep.h"

// The face of the store. Everything above it speaks these types; below are store/sqlite and, later, store/clickhouse.

namespace strobe::store {

// One span on its way in. `hash` decides between two versions of one span id: context.md section 7.
struct SpanRecord {
  SpanFacts facts;
  context::Packed packed;
  std::string resource;  // packed; stored once
  std::string scope;     // packed; stored once
  Hash256 hash;          // of the whole record with its resource and scope
  std::optional<context::ContextRecord> context;
};

// A log record. Two logs with the same hash are one, with a repeat count.
struct LogRecord {
  Hash256 hash;
  std::optional<TraceId> trace_id;
  std::optional<SpanId> span_id;
  TimeNs time;
  std::string event_name;
  std::string service;
  bool tells = false;  // of the span it names: dialect::tells_of_span
  context::Packed packed;
  std::string resource;
  std::string scope;
};

// A metric data point. Its key is resource, scope, name, attributes, start and time; the same key again replaces.
struct MetricPointRecord {
  Hash256 key;
  std::string name;
  std::string service;
  TimeNs time;
  std::string metric;  // OTLP Metric message with one point
  std::string resource;
  std::string scope;
};

// What one transaction writes.
struct Batch {
  context::Splitter::Output content;
  std::vector<SpanRecord> spans;
  std::vector<LogRecord> logs;
  std::vector<MetricPointRecord> points;
  std::vector<Count> counts;
  // dialect::k_normaliser_version of whoever read the spans. Each trace keeps the oldest that had a part in it, so that
  // what is stored can be derived again after a dialect was mended.
  int normaliser_version = 0;
};

// A span read back (facts.input_context included). Numbers are the store's own, valid within one read transaction.
struct StoredSpan {
  SpanFacts facts;
  std::string packed;
  std::vector<uint64_t> refs;  // reference n of the packed form: a number for fetch_blob or fetch_sequence
  uint64_t resource = 0;
  uint64_t scope = 0;
};

// A span that log records tell of and that waits to be read together with all of them. `ticket` is its place in the
// queue: a new one whenever the span or what is told of it has changed.
struct SpanToAmend {
  uint64_t ticket = 0;
  StoredSpan span;
  std::vector<StoredLog> logs;  // as logs_telling_of() gives them
  bool is_unreadable = false;   // what the store has of it is damaged: nothing but the ticket is set
};

// What was understood of such spans.
struct Amendments {
  context::Splitter::Output content;
  struct Amended {
    uint64_t ticket = 0;
    SpanRecord span;  // its packed form and hash are not looked at
  };
  std::vector<Amended> spans;
  std::vector<uint64_t> given_up;  // tickets of spans that cannot be read
  int normaliser_version = 0;      // as in Batch
};

// So many log records of one span are read, the earliest; more than any honest span has.
inline constexpr size_t k_logs_of_span_max = 10'000;

// The pieces of one context, as numbers.
struct StoredContext {
  ContextId id;
  uint64_t tools = 0, system = 0, input = 0;  // sequences; 0: none
  ElementFormat tools_format = ElementFormat::none;
  ElementFormat system_format = ElementFormat::none;
  ElementFormat input_format = ElementFormat::none;
  uint32_t leading = 0;
};

// A sequence as an edit of another one, which was stored before it.
struct SequenceEdit {
  // `count` items, from item `from` on: of the base, or of `own`.
  struct Run {
    bool is_of_base = false;
    uint64_t from = 0;
    uint64_t count = 0;
  };
  uint64_t base = 0;          // a sequence's number; 0: none, all is in `own`
  std::vector<Run> runs;      // in order; ranges of the base are not compared with its length
  std::vector<uint64_t> own;  // blob numbers
};

// Column names and rows as text, for `strobe sql`. A null is nullopt.
struct SqlResult {
  std::vector<std::string> columns;
  std::vector<std::vector<std::optional<std::string>>> rows;
};

// A store. One object per thread; any number of processes may open the same file. Reads see a consistent snapshot per
// call. Errors: unavailable (busy, disk full: try again), corrupt, io.
class Store {
 public:
  virtual ~Store() = default;

  // While it lives, every read of this store object sees the same moment. Must die before the store, and be gone before
  // the object writes. Scopes may be nested.
  class ReadScope {
   public:
    virtual ~ReadScope() = default;
  };
  [[nodiscard]] virtual Result<std::unique_ptr<ReadScope>> read_scope() = 0;
  // For readers with a deadline: asked now and then while a question is worked out, on the caller's thread; true: the
  // question fails with `timeout`. Empty (the default): nobody is asked.
  virtual void set_interrupt(std::function<bool()> should_stop) = 0;

  // Writes one batch in one transaction and returns when it is durable. Error `conflict`: the batch refers to pieces
  // the store does not have (another process pruned them); nothing was written, split again with a forgotten memo.
  virtual Result<void> commit(Batch& batch) = 0;

  // Says of which day the prices are (20261121) that the caller derives with. Where they are newer than those that the
  // store's traces were derived with, all traces become dirty.
  virtual Result<void> use_prices_of(int64_t day) = 0;
  // Traces whose sessions are not up to date with their spans, oldest first.
  virtual Result<std::vector<TraceId>> dirty_traces(size_t limit) = 0;
  // The facts (input_context included) of all spans of a trace, for derive/.
  virtual Result<std::vector<SpanFacts>> facts_of_trace(const TraceId& trace) = 0;
  // Replaces what a trace contributes to sessions and clears its dirty mark, if the trace still has `span_count` spans
  // (else it changed meanwhile: it stays dirty, behind all others). `spans` gives each span's session and whether it is
  // counted. Returns how many traces are up to date now.
  struct DerivedSpan {
    SpanId span_id;
    SessionId session;
    int32_t step = 0;
    bool counted = false;
    // What the call cost, where derivation knows more than the span itself (SpanFacts) says.
    int64_t cost_pico_usd = 0;
    CostKind cost_kind = CostKind::unpriced;
    bool is_call = false;       // an LLM or embedding call of its own, whether it says what it used or not
    bool is_duplicate = false;  // another recording of a call, or of a tool call, that another span speaks for
  };
  struct DerivedTrace {
    TraceId trace_id;
    size_t span_count = 0;
    std::vector<SessionPart> parts;
    std::vector<DerivedSpan> spans;
    bool is_unreadable = false;  // its facts could not be read: nothing of it is saved
  };
  virtual Result<size_t> save_derived(const std::vector<DerivedTrace>& traces) = 0;

  // Newest start first. Status is worked out by the caller from `heard_of` (wall clock of the last arrival).
  struct SessionRow {
    SessionSummary summary;
    bool has_ended_root = false;
    bool all_roots_ended = false;
    SpanStatus root_status = SpanStatus::unset;  // of the part that ended last
    bool cancelled = false;
    TimeNs heard_of;
  };
  virtual Result<std::vector<SessionRow>> sessions(const SessionFilter& filter) = 0;
  // By hex prefix of the id, by key, or by hex prefix of one of its trace ids. Empty: none.
  virtual Result<std::vector<SessionId>> find_sessions(std::string_view prefix, size_t limit) = 0;
  virtual Result<SessionRow> session(const SessionId& id) = 0;
  // All spans of all traces that contribute to the session.
  virtual Result<std::vector<StoredSpan>> spans_of_session(const SessionId& id) = 0;
  // Another number as soon as the session has other spans, or a span has changed: for those who keep what they made of
  // them. Log records change it only when a span is amended with them. Not a hash against attackers. Errors: not_found.
  virtual Result<uint64_t> session_state(const SessionId& id) = 0;
  // One span; nothing when there is none.
  virtual Result<std::optional<StoredSpan>> span(const TraceId& trace, const SpanId& id) = 0;

  // Lists and sums.
  virtual Result<std::vector<TraceRow>> traces(const TraceFilter& filter) = 0;
  virtual Result<std::vector<MetricPointRow>> metric_points(const MetricFilter& filter) = 0;
  virtual Result<std::vector<StoredLog>> logs_of_trace(const TraceId& trace) = 0;
  // Rows in falling order of cost, then calls, then key; days in rising order.
  virtual Result<std::vector<StatsRow>> stats(StatsBy by, const Filter& filter) = 0;

  // Full text. index_some() takes up to `spans_max` spans further into the index in one short transaction and returns
  // how many; 0: all are. Errors of search(): invalid (the text holds no word).
  virtual Result<size_t> index_some(size_t spans_max) = 0;
  virtual Result<IndexState> index_state() = 0;
  virtual Result<SearchAnswer> search(const SearchRequest& request) = 0;

  // Housekeeping. All of it works in slices, so that others can write meanwhile.
  virtual Result<PruneReport> prune(const PruneRequest& request, const Progress& progress) = 0;
  // Copies the store, as of one moment, to a new file that only its owner may read. Errors: conflict (it exists), io,
  // timeout (stopped).
  virtual Result<void> backup(const std::string& path, const Progress& progress) = 0;
  // Errors: timeout (stopped).
  virtual Result<Health> examine(Examination how, const Progress& progress) = 0;

  // For reading everything anew after a dialect was mended. Traces with spans whose normaliser is older than `version`,
  // up to `limit`; all spans of one, raw; and the spans as they are understood now, replacing what was.
  virtual Result<std::vector<TraceId>> traces_behind(int version, size_t limit) = 0;
  virtual Result<std::vector<StoredSpan>> spans_of_trace(const TraceId& trace) = 0;
  // Writes like commit(), but a span that is there already is replaced even though its bytes are the same; the traces
  // concerned become dirty and carry the batch's normaliser version alone. The batch holds all spans of its traces, as
  // spans_of_trace() gave them to this very object. Errors as commit(); conflict also when such a trace has changed
  // since: read it again. Nothing was written then.
  virtual Result<void> replace(Batch& batch) = 0;

  // Log records that tell of spans (LogRecord::tells). Whichever is written last, span or log, puts the span into a
  // queue, in the same transaction: whatever the order of arrival, and whoever is killed in between, the span is read
  // again with all that is told of it. The oldest tickets first; ends early when what it holds grows large.
  virtual Result<std::vector<SpanToAmend>> spans_to_amend(size_t limit) = 0;
  // Replaces facts and context of spans, never what arrived, takes them off the queue and makes their traces dirty. A
  // ticket that is no longer in the queue is passed over: the span waits with a newer one. Errors as commit().
  virtual Result<void> amend(Amendments& amendments) = 0;
  // The spans of a trace of which log records tell, sorted; those that are not there yet included.
  virtual Result<std::vector<SpanId>> spans_told_of(const TraceId& trace) = 0;
  // The log records that tell of a span, by time, then by content: an order that the order of arrival does not change.
  // At most k_logs_of_span_max.
  virtual Result<std::vector<StoredLog>> logs_telling_of(const TraceId& trace, const SpanId& span) = 0;

  // Contents, put together.
  virtual Result<std::string> fetch_blob(uint64_t number) = 0;
  virtual Result<std::vector<uint64_t>> fetch_sequence(uint64_t number) = 0;  // the items' blob numbers
  // The same as it is stored, in time linear in that: for those who have read what it is an edit of.
  virtual Result<SequenceEdit> fetch_sequence_edit(uint64_t number) = 0;
  virtual Result<std::string> fetch_resource(uint64_t number) = 0;
  virtual Result<std::string> fetch_scope(uint64_t number) = 0;
  virtual Result<std::optional<StoredContext>> context(const ContextId& id) = 0;
  // The id of an element of a context without its content; nothing when none was noted.
  virtual Result<std::optional<MessageId>> message_id(uint64_t blob, ElementFormat format) = 0;

  // Counters by name, e.g. "spans.duplicate", sorted.
  virtual Result<std::vector<Count>> counts() = 0;
  // Runs one read-only statement. Errors: invalid (the statement would write, or is wrong).
  virtual Result<SqlResult> query(std::string_view sql, size_t rows_max) = 0;
  // Moves what the write-ahead log holds into the file; called when idle and at the end.
  virtual Result<void> checkpoint() = 0;
};

enum class OpenMode { read_write, read_only };

struct OpenOptions {
  std::string path;  // a file; ":memory:" for tests, ":memory:NAME" where several connections of one process share it
  OpenMode mode = OpenMode::read_write;
  const Clock* clock = &system_clock();
};

}  // namespace strobe::store
