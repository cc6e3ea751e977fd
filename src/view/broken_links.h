#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/session.h"

namespace strobe::view {

// Spans whose parents did not arrive, or lead back to themselves, by index into SessionView::spans.
struct BrokenLinks {
  std::vector<int32_t> orphan_group;          // by span, -1: no orphan
  std::vector<std::vector<int32_t>> orphans;  // of each missing parent, in the order of the view
  std::vector<bool> is_cut_cycle;             // its parent was cut off, for the chain of parents came back to the span

  // The spans that wait for the same parent as this orphan.
  const std::vector<int32_t>& waiting_with(int32_t orphan) const { return orphans[orphan_group[orphan]]; }
  bool is_first_orphan(int32_t span) const { return orphan_group[span] >= 0 && waiting_with(span).front() == span; }
};

// Linear but for a lookup each.
BrokenLinks broken_links_of(const SessionView& view);

// "missing parent 00f067aa0ba902b7" and " (named by 3 spans, has not arrived)".
std::string missing_parent_text(const SpanView& orphan);
std::string named_by_text(const BrokenLinks& links, int32_t orphan);
// "its parent 00f067aa0ba902b7 is below it: cycle cut"
std::string cut_cycle_text(const SpanView& span);

}  // namespace strobe::view
