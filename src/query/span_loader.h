#pragma once

#include "base/arena.h"
#include "query/query.h"
#include "store/read_record.h"

// Inside only: stored spans to raw and normalised ones.

namespace strobe::query {

// Unpacks spans of one store into an arena. What several spans share (resources, scopes, contents) is fetched once. One
// thread; store and arena must outlive it.
class SpanLoader {
 public:
  SpanLoader(store::Store& store, Arena& arena) : arena_(arena), reader_(store, arena) {}

  // The span by itself: without parent, step and what else its neighbours tell. Errors: corrupt, and what the store
  // says.
  Result<SpanView> load(const store::StoredSpan& stored, Content content);
  // Bytes of content and records that were brought from the store so far.
  size_t fetched_bytes() const { return reader_.fetched_bytes(); }

 private:
  Arena& arena_;
  store::RecordReader reader_;
};

}  // namespace strobe::query
