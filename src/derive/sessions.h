#pragma once

#include "derive/recordings.h"

namespace strobe::derive {

// Fills session: the nearest ancestor-or-self that names one, else the run's stamp, else the only key of its trace,
// else the trace. Keys are scoped by service namespace. What stands in an agent that has a session stays in it,
// whatever it names.
void assign_sessions(std::span<const SpanFacts> spans, const Tree& tree, std::span<Place> places);

// Adds up the parts.
void sum_parts(std::span<const SpanFacts> spans, const Tree& tree, const Recordings& recordings,
               TraceDerivation& derivation);

}  // namespace strobe::derive
