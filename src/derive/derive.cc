#include "derive/derive.h"

#include "derive/cost.h"
#include "derive/recordings.h"
#include "derive/sessions.h"
#include "derive/steps.h"
#include "derive/tree.h"
#include "derive/usage.h"

namespace strobe::derive {

TraceDerivation derive_trace(std::span<const SpanFacts> spans, const prices::PriceList& list) {
  TraceDerivation derivation;
  derivation.places.resize(spans.size());
  const Tree tree = link_parents(spans, derivation.places);
  Recordings recordings = find_recordings(spans, tree, derivation.places);
  count_leaves(spans, tree, recordings, derivation.places);
  price_counted(spans, list, derivation.places);
  assign_sessions(spans, tree, derivation.places);
  number_steps(spans, tree, recordings, derivation.places);
  sum_parts(spans, tree, recordings, derivation);
  return derivation;
}

}  // namespace strobe::derive
