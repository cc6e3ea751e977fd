#pragma once

#include <span>
#include <string_view>

#include "json/write.h"
#include "model/raw.h"

namespace strobe::view {

// An object of plain JSON: strings, numbers, booleans, arrays, objects; bytes as base64; integers beyond 2^53 as strings.
// Keys that `left_out` names (a key, or a prefix ending in '.') are skipped, as are values not fetched from the store. Of
// duplicate keys the last one is written.
void write_attributes(json::Writer& writer, std::span<const KeyValue> attributes,
                      std::span<const std::string_view> left_out);
void write_events(json::Writer& writer, std::span<const RawEvent> events);
void write_links(json::Writer& writer, std::span<const RawLink> links);

}  // namespace strobe::view
