#pragma once

#include "derive/tree.h"

namespace strobe::derive {

// Fills session: the nearest ancestor-or-self that names one, else the run's stamp, else the only key of its trace,
// else the trace. Keys are scoped by service namespace.
void assign_sessions(std::span<const SpanFacts> spans, const Tree& tree, std::span<Place> places);

// Adds up the parts.
void sum_parts(std::span<const SpanFacts> spans, const Tree& tree, TraceDerivation& derivation);

}  // namespace strobe::derive
