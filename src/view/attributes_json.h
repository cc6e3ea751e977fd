#pragma once

#include <span>
#include <string_view>

#include "json/write.h"
#include "model/raw.h"

namespace strobe::view {

// An object of plain JSON: strings, numbers, booleans, arrays, objects; bytes as base64; integers beyond 2^53 as strings.
// Of duplicate keys the last one is written; a value not fetched from the store is null.
void write_attributes(json::Writer& writer, std::span<const KeyValue> attributes);
void write_events(json::Writer& writer, std::span<const RawEvent> events);
void write_links(json::Writer& writer, std::span<const RawLink> links);

}  // namespace strobe::view
