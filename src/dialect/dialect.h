#pragma once

#include "base/arena.h"
#include "json/node.h"
#include "model/message.h"
#include "model/raw.h"
#include "model/span.h"

namespace strobe::dialect {

// Version of everything this room decides; noted with each trace so that stored derivations can be rebuilt after a
// dialect is mended.
inline constexpr int k_normaliser_version = 1;

// Reads one raw span into the model of design section 2: recognises the dialect (dialects.md 0.1) and applies its
// rules. Never fails: what it does not understand becomes a plain span. Ids must have their proper lengths. Values of
// type `stored` (big content not fetched) are legal everywhere; what needs them stays unset. Views live as long as
// `raw` and `arena`. Pure, any thread.
NormalSpan normalise(const RawSpan& raw, Arena& arena);

// Reads one element of a context (see ElementFormat). Never fails: what it does not understand becomes a part of type
// `other` holding the element's JSON. Pure, any thread.
Message parse_element(ElementFormat format, const json::Node& element, Arena& arena);

}  // namespace strobe::dialect
