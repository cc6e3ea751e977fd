#include "ingest/renormalise.h"

#include <algorithm>
#include <limits>
#include <span>
#include <vector>

#include "dialect/dialect.h"
#include "ingest/pipeline.h"
#include "ingest/reread.h"

namespace strobe::ingest {

namespace {

constexpr size_t k_spans_per_batch = 2000;
constexpr size_t k_derive_traces_at_once = 64;
constexpr int k_tries_max = 3;

class Run {
 public:
  Run(store::Store& store, const store::Progress& progress)
      : store_(store), progress_(progress), splitter_({.parser = dialect::parse_element}) {}

  Result<RenormaliseReport> run(std::span<const TraceId> traces) {
    for (size_t at = 0; at < traces.size() && !report_.stopped;) {
      const size_t first = at;
      store::Batch batch = new_batch();
      std::optional<Error> failed;
      while (at < traces.size() && batch.spans.size() < k_spans_per_batch && !failed) {
        auto added = add_trace(traces[at], batch);
        if (!added) failed = added.error();
        ++at;
      }
      // What cannot be taken together is tried trace by trace.
      if (failed || !write(batch)) {
        splitter_.forget();
        (void)splitter_.take_output();
        for (size_t i = first; i < at; ++i) TRY_VOID(one(traces[i]));
      }
      if (progress_ && !progress_("traces", static_cast<int64_t>(at), static_cast<int64_t>(traces.size()))) {
        report_.stopped = true;
      }
    }
    return report_;
  }

 private:
  static store::Batch new_batch() { return {.normaliser_version = dialect::k_normaliser_version}; }

  Result<void> add_trace(const TraceId& trace, store::Batch& batch) {
    const auto scope = TRY(store_.read_scope());
    const auto stored = TRY(store_.spans_of_trace(trace));
    const auto told_of = TRY(store_.spans_told_of(trace));
    Reread reread(store_, splitter_);
    for (const store::StoredSpan& span : stored) {
      std::vector<store::StoredLog> logs;
      if (std::ranges::binary_search(told_of, span.facts.span_id)) {
        logs = TRY(store_.logs_telling_of(trace, span.facts.span_id));
      }
      batch.spans.push_back(TRY(reread.span(span, logs)));
    }
    return {};
  }

  Result<void> write(store::Batch& batch) {
    batch.content = splitter_.take_output();
    if (batch.spans.empty()) return {};
    TRY_VOID(store_.replace(batch));
    report_.spans += static_cast<int64_t>(batch.spans.size());
    const TraceId* last = nullptr;
    for (const store::SpanRecord& span : batch.spans) {
      if (last == nullptr || *last != span.facts.trace_id) ++report_.traces;
      last = &span.facts.trace_id;
    }
    return {};
  }

  Result<void> one(const TraceId& trace) {
    Result<void> done;
    for (int tries = 0; tries < k_tries_max; ++tries) {
      store::Batch batch = new_batch();
      done = add_trace(trace, batch);
      if (done) done = write(batch);
      if (done) return {};
      splitter_.forget();
      (void)splitter_.take_output();
      if (done.error().code != ErrorCode::conflict) break;
    }
    // A store that cannot be written will not take the others either.
    const ErrorCode code = done.error().code;
    if (code == ErrorCode::unavailable || code == ErrorCode::io || code == ErrorCode::timeout) return done;
    if (report_.traces_left++ == 0) report_.reason = "trace " + trace.hex() + ": " + done.error().message;
    return {};
  }

  store::Store& store_;
  const store::Progress& progress_;
  context::Splitter splitter_;
  RenormaliseReport report_;
};

}  // namespace

Result<RenormaliseReport> renormalise(store::Store& store, Renormalise which, const store::Progress& progress) {
  const int version = which == Renormalise::all ? std::numeric_limits<int>::max() : dialect::k_normaliser_version;
  const auto traces = TRY(store.traces_behind(version, std::numeric_limits<size_t>::max()));
  RenormaliseReport report = TRY(Run(store, progress).run(traces));
  // Bounded: a trace that cannot be derived stays dirty.
  const size_t rounds_max = traces.size() / k_derive_traces_at_once + 2;
  for (size_t round = 0; round < rounds_max; ++round) {
    const size_t derived = TRY(derive_dirty_traces(store, k_derive_traces_at_once));
    if (derived == 0) break;
    if (progress && !progress("sessions", static_cast<int64_t>(round * k_derive_traces_at_once), 0)) break;
  }
  return report;
}

}  // namespace strobe::ingest
