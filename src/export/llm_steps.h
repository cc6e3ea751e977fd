#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analyze/shape.h"
#include "model/session.h"

// What a summary says of steps, and which of them.

namespace strobe::exporter {

// "success": nothing failed; "failure": the call did, or every tool; "partial": some tools did.
std::string_view outcome_of(const SessionView& session, const analyze::Step& step);
// "read_file(src/main.cc) +2", or how the answer begins: what the step did. Not cut.
std::string action_of(const SessionView& session, const analyze::Step& step);
// Of the text that the call answered, the beginning; empty when it is not known.
std::string answer_of(const SessionView& session, const analyze::Step& step);
// "error", "thinking", "low_cache" (less than 30 % of the input from the cache).
std::vector<std::string_view> flags_of(const SessionView& session, const analyze::Step& step);

// At most `steps_max` steps, as indexes in order: the first and the last ones, those with errors, those that took most
// tokens.
std::vector<int32_t> telling_steps(const SessionView& session, const analyze::Shape& shape, size_t steps_max);

// A step that changed the way of the run.
struct Decision {
  int32_t step = 0;       // index into Shape::steps
  std::string_view type;  // "start", "recovery" (after a failure), "delegation" (a sub-agent), "finish"
};
// At most `decisions_max`, in order: the start, the finish, and between them the first ones.
std::vector<Decision> decisions_of(const SessionView& session, const analyze::Shape& shape, size_t decisions_max);

}  // namespace strobe::exporter
