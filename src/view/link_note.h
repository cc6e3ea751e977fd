#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "analyze/span_links.h"

namespace strobe::view {

// Where the links of a span lead: to the one of the session's spans that ended last.
struct LinkedSpan {
  int64_t links = 0;                 // all that the span carries
  int32_t span = -1;                 // index into SessionView::spans, -1: none leads to a span of the session
  int64_t others = 0;                // further spans of the session
  std::optional<DurationNs> waited;  // from its end to the begin of the one that links; none: it had not ended
};
// None: it has no links.
std::optional<LinkedSpan> linked_span(const SessionView& view, const analyze::SpanLinks& links, int32_t span);

// "  ⤷ after pool_submit 00f067aa0ba902b7 (58s)": the same as a note, the others as a number. Empty without links. Safe
// for a terminal.
std::string link_note(const SessionView& view, const analyze::SpanLinks& links, int32_t span);

}  // namespace strobe::view
