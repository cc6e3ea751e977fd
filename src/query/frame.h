#pragma once

#include <vector>

#include "derive/derive.h"
#include "query/outline.h"
#include "query/query.h"

// Inside only: where the spans of a session stand, without their content.

namespace strobe::query {

struct SessionFrame {
  SessionSummary summary;  // of these very spans, status as of the `now` of load_frame
  // The session's own spans by start, then trace id, then span id: their facts and what is kept of them, packed.
  std::vector<store::StoredSpan> spans;
  // For each span. `parent` is an index into `spans`; steps are numbered through the session.
  std::vector<derive::Place> places;
  // For each span the recordings of the same tool call that it speaks for: lend.h.
  std::vector<std::vector<int32_t>> recordings;
  std::vector<bool> has_lent_failure;  // for each span whether its failure is told by one of them
};

// Reads facts and packed records, no content. Errors: not_found, and what the store says.
Result<SessionFrame> load_frame(store::Store& store, const SessionId& id, TimeNs now);

// Gives a view what its neighbours tell. `parent` and `children` are left alone: they are indexes of the caller's.
void set_place(SpanView& view, const derive::Place& place);
void set_place(SpanView& view, const SessionOutline::Span& place);

}  // namespace strobe::query
