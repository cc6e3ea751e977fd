#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analyze/shape.h"
#include "model/session.h"

// Which spans of a session are a sub-agent's, told while the session still happens: a span comes when it has ended, so
// what a sub-agent did arrives before the sub-agent itself.

namespace strobe::exporter {

struct SubAgent {
  std::string id = {};    // "researcher-2-00f067aa": its name, its parent's iteration, the beginning of its span's id
  std::string type;       // its name, letters, digits, "-" and "_" only
  int32_t parent = -1;    // number of the sub-agent that started it, -1: the main agent did
  int64_t iteration = 0;  // steps of the parent when it was started
  SpanId span_id = {};    // of its span, which may not have arrived
  TraceId trace_id = {};  // and of its trace
  int32_t span = -1;      // index of its span, -1: it has not arrived
};

struct SubAgents {
  std::vector<SubAgent> agents;
  std::vector<int32_t> of_span;  // for each span its sub-agent's number, -1: the main agent's
  // For each span whether that will stay so, whatever else arrives: all that stands above it is there, but for what
  // the trace's first spans lack as well.
  std::vector<bool> is_settled;
};

// n log n. An agent below an agent of the same name is the same agent, told twice.
SubAgents sub_agents_of(const SessionView& session, const analyze::Shape& shape);

}  // namespace strobe::exporter
