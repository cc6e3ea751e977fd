#pragma once

#include <map>
#include <vector>

#include "base/arena.h"
#include "query/query.h"
#include "store/read_record.h"

// Inside only: stored spans to raw and normalised ones.

namespace strobe::query {

// Unpacks spans of one store into an arena. What several spans share (resources, scopes, contents) is fetched once. One
// thread; store and arena must outlive it.
class SpanLoader {
 public:
  SpanLoader(store::Store& store, Arena& arena) : store_(store), arena_(arena), reader_(store, arena) {}

  // How log records that tell of a span are found: those who load a whole session ask each trace once which spans are
  // told of; those who load a few look for each.
  enum class Logs { by_trace, by_span };
  // The span by itself, with the log records that tell of it: without parent, step and what else its neighbours tell.
  // Without sequences, log records that tell a call's input are left out. Errors: corrupt, and what the store says.
  Result<SpanView> load(const store::StoredSpan& stored, Content content, Logs logs = Logs::by_trace);
  // Bytes of content and records that were brought from the store so far.
  size_t fetched_bytes() const { return reader_.fetched_bytes(); }

 private:
  Result<bool> is_told(const SpanFacts& facts);
  Result<void> add_logs(const SpanFacts& facts, Content content, SpanView& view);

  store::Store& store_;
  Arena& arena_;
  store::RecordReader reader_;
  // Of each trace, the spans of which log records tell. Mostly none: then nothing else is asked.
  std::map<TraceId, std::vector<SpanId>> told_of_;
};

}  // namespace strobe::query
