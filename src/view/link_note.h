#pragma once

#include <string>

#include "analyze/span_links.h"

namespace strobe::view {

// "  ⤷ after pool_submit 00f067aa0ba902b7 (58s)": where the links of a span lead, the one that ended last with the time
// from its end to the begin of this one, the others as a number. Empty without links. Safe for a terminal.
std::string link_note(const SessionView& view, const analyze::SpanLinks& links, int32_t span);

}  // namespace strobe::view
