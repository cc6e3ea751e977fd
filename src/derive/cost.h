#pragma once

#include "derive/tree.h"
#include "prices/prices.h"

namespace strobe::derive {

// Prices the counted spans for which no cost was reported, each at the time it started. Needs counted and cost.
void price_counted(std::span<const SpanFacts> spans, const prices::PriceList& list, std::span<Place> places);

}  // namespace strobe::derive
