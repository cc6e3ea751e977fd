#pragma once

#include <optional>
#include <vector>

#include "base/result.h"
#include "store/sqlite/amend_queue.h"
#include "store/sqlite/contexts.h"
#include "store/sqlite/counters.h"
#include "store/sqlite/samples.h"
#include "store/sqlite/settings.h"
#include "store/sqlite/span_columns.h"
#include "store/sqlite/traces.h"
#include "store/store.h"

namespace strobe::store {

// The table of spans. Of two versions of one span id the higher rank is kept, then the later end, then the larger hash,
// whatever the order they come in; the other one is counted.
class Spans {
 public:
  struct Parts {
    Core& core;
    Names& names;
    Settings& settings;
    Samples& samples;
    Blobs& blobs;
    Sequences& sequences;
    Contexts& contexts;
    Traces& traces;
    Counters& counters;
    AmendQueue& amend_queue;
  };
  explicit Spans(const Parts& parts) : in_(parts) {}

  // Error conflict: a piece the record refers to is not in the store.
  Result<void> write(const SpanRecord& record);

  // Writes over a stored span what is understood of it now. Where its bytes are the same, the record and what it refers
  // to stay as they are. Error conflict: no such span, or as write().
  Result<void> replace(uint64_t trace, const SpanRecord& record);
  // The same, but the record, its references and its hash always stay as they are.
  Result<void> amend(uint64_t trace, const SpanRecord& record);

  Result<std::vector<SpanFacts>> facts_of(uint64_t trace_number, const TraceId& trace);
  // All spans of a trace, whole.
  Result<std::vector<StoredSpan>> all_of(uint64_t trace_number, const TraceId& trace);
  // One span, whole.
  Result<std::optional<StoredSpan>> one_of(uint64_t trace_number, const TraceId& trace, const SpanId& span);
  // Adds the spans of one trace that belong to one session.
  Result<void> add_stored(uint64_t trace_number, const TraceId& trace, uint64_t session,
                          std::vector<StoredSpan>& spans);

 private:
  // What decides between versions; compared in this order.
  struct Version {
    int64_t rank = 0;
    int64_t end = 0;
    uint64_t hash = 0;
    auto operator<=>(const Version&) const = default;
  };
  static Version version_of(const SpanRecord& record);
  Result<std::optional<Version>> stored_version(uint64_t trace, const SpanId& id);
  Result<void> look_for_logs(const Traces::Touched& trace, const SpanId& span);
  Result<SpanRow> make_row(const SpanRecord& record, uint64_t trace);
  // Without the record and its references.
  Result<SpanRow> make_facts(const SpanRecord& record, uint64_t trace);
  // Gives the row the stored record.
  Result<void> keep_record(SpanRow& row);
  Result<StoredSpan> read_stored(const sqlite::Statement& row, const TraceId& trace);

  const Parts in_;
};

}  // namespace strobe::store
