#pragma once

#include <cstdint>
#include <vector>

#include "model/lineage.h"
#include "model/session.h"
#include "view/broken_links.h"

namespace strobe::view {

enum class MomentType : uint8_t {
  session_start,
  session_end,
  start,  // of a span whose end is a moment of its own
  end,
  whole,           // a span told in one line, at its start
  mark,            // a span without length
  event,           // within a span
  missing_parent,  // before the first of the spans that name one
};
// Of a span: it begins there, whether or not it ends there as well.
bool is_begin(MomentType type);

// One line of a timeline.
struct Moment {
  TimeNs time;
  MomentType type = MomentType::mark;
  int32_t span = -1;                // index into SessionView::spans; -1: the session itself
  const RawEvent* event = nullptr;  // type event
};

struct Timeline {
  std::vector<Moment> moments;
  Lineage lineage;
  BrokenLinks links;
  std::vector<int32_t> retry_of;  // for each span the failed one that it tries again, -1: none
};

// Everything that happened, by the real times of the spans. Equal times are ordered by what must have come first: ends
// of what was running, then beginnings (outer before inner), then ends of what began at that very time. Events that
// merely carry messages are left out: the transcript has them. A missing parent is told where its first span begins.
Timeline timeline_of(const SessionView& view);

// A call to a model, a tool or an agent: begins and ends in a line each.
bool has_two_lines(const SpanView& span);

}  // namespace strobe::view
