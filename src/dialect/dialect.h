#pragma once

#include <span>
#include <vector>

#include "base/arena.h"
#include "json/node.h"
#include "model/message.h"
#include "model/raw.h"
#include "model/span.h"

namespace strobe::dialect {

// Version of everything this room decides; noted with each trace so that stored derivations can be rebuilt after a
// dialect is mended.
inline constexpr int k_normaliser_version = 3;

// The name a log record goes by: its event_name, else what dialects.md 0.9 says; empty: it has none.
std::string_view event_name_of(const RawLog& log);
// Whether a log record says something of the span whose ids it carries: then it belongs among the `logs` of that span's
// normalise().
bool tells_of_span(const RawLog& log);
// The message lists among a log record's attributes, so that they are stored once like those of spans.
std::vector<ContentSource> content_of(const RawLog& log);

// Reads one raw span into the model of design section 2: recognises the dialect (dialects.md 0.1) and applies its
// rules. Never fails: what it does not understand becomes a plain span. Ids must have their proper lengths. Values of
// type `stored` (big content not fetched) are legal everywhere; what needs them stays unset. `logs` are the
// log records that tell of this very span, all that are known, in an order that depends on nothing but their content;
// what the span itself says comes first. Views live as long as `raw`, `logs` and `arena`. Pure, any thread.
NormalSpan normalise(const RawSpan& raw, std::span<const RawLog> logs, Arena& arena);

// Reads one element of a context (see ElementFormat). Never fails: what it does not understand becomes a part of type
// `other` holding the element's JSON. Pure, any thread.
Message parse_element(ElementFormat format, const json::Node& element, Arena& arena);

}  // namespace strobe::dialect
