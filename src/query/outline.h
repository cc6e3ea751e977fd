#pragma once

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "query/query.h"

// Where the spans of a session stand, without anything they carry: worked out once for all of a session's pages.

namespace strobe::query {

struct SessionOutline {
  // What only its neighbours tell of a span, as in SpanView, and what orders it.
  struct Span {
    TimeNs start, end;
    SpanId span_id;
    SpanId duplicate_of;
    int64_t cost_pico_usd = 0;
    int32_t trace = 0;  // index into `traces`
    int32_t step = 0;
    int32_t lane = 0;
    CostKind cost_kind = CostKind::unpriced;
    SameCall duplicate_how = SameCall::no;
    bool parent_missing = false;
    bool counted = false;
    bool is_llm_call = false;
    bool has_lent_failure = false;  // another recording of the call tells that it failed: lend.h
  };
  std::vector<TraceId> traces;
  std::vector<Span> spans;  // by start, then trace id, then span id
  // Tool calls that take over content from other recordings of them: index of the call, then of the recording; sorted.
  std::vector<std::pair<int32_t, int32_t>> recordings;
};

// Reads facts of every span, and of contexts which messages they have, but no content. Takes a time and, for its
// length, memory linear in the session. Of sessions of more than 100,000 spans lanes are not worked out. Errors:
// not_found, and what the store says.
Result<SessionOutline> read_outline(store::Store& store, const SessionId& id);

// Keeps the outlines that were asked for last, so that going through the pages of a session takes one reading of it and
// not one a page. An outline is good for as long as the store's session_state() is the same. Any thread; two that ask
// for the same at once may both work it out.
class OutlineCache {
 public:
  // Outlines that take more together are let go, those asked for longest ago first; one alone that does is not kept.
  explicit OutlineCache(size_t bytes_max) : bytes_max_(bytes_max) {}

  // As the store is now: to be called within the ReadScope of whoever goes on reading by it. Errors: as read_outline().
  Result<std::shared_ptr<const SessionOutline>> outline_of(store::Store& store, const SessionId& id);
  size_t bytes() const;

 private:
  struct Kept {
    SessionId id;
    uint64_t state = 0;
    size_t bytes = 0;
    std::shared_ptr<const SessionOutline> outline;
  };
  std::shared_ptr<const SessionOutline> find(const SessionId& id, uint64_t state);
  void keep(Kept kept);

  const size_t bytes_max_;
  mutable Mutex mutex_;
  std::vector<Kept> kept_ STROBE_GUARDED_BY(mutex_);  // asked for last at the end
};

}  // namespace strobe::query
