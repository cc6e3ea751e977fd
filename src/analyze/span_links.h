#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "model/session.h"

namespace strobe::analyze {

// The links of a session's spans, as far as they lead to its own spans: what came from where beside parents (a task
// from the queue it waited in, a resumption from its suspension, a match from many emissions).
struct SpanLinks {
  std::vector<int32_t> targets_;  // indexes into SessionView::spans
  std::vector<size_t> offsets_;
  int64_t leading_away = 0;  // links to spans that are not in the session

  // Where the links of a span lead, each target once, in the order of the links; never to the span itself.
  std::span<const int32_t> of(int32_t span) const {
    return std::span(targets_).subspan(offsets_[span], offsets_[span + 1] - offsets_[span]);
  }
  bool empty() const { return targets_.empty(); }
};

// Linear but for a lookup a link; without links, linear.
SpanLinks span_links_of(const SessionView& session);

}  // namespace strobe::analyze
