#pragma once

#include <span>
#include <string>
#include <string_view>

#include "json/write.h"
#include "model/raw.h"

namespace strobe::view {

// Values that are too long to be written in place: {"$value": address, "bytes": N, "preview": "..."} stands for them. A
// value that was not fetched from the store counts as long, whatever it is; its bytes and preview are null.
struct LongValues {
  size_t bytes_max = 4096;  // longer ones are referred to
  std::string base;         // addresses are base + "/attributes/" + key, percent-encoded; empty: they are null
};

// One value as plain JSON: strings, numbers, booleans, arrays, objects; bytes as base64; integers beyond 2^53 as
// strings. A value not fetched from the store is null.
void write_value(json::Writer& writer, const Value& value);
// An object. Of duplicate keys the last one is written. With `long_values` null everything is written in place.
void write_attributes(json::Writer& writer, std::span<const KeyValue> attributes,
                      const LongValues* long_values = nullptr);
// Events are addressed as base + "/events/" + index; attributes of links have no address.
void write_events(json::Writer& writer, std::span<const RawEvent> events, const LongValues* long_values = nullptr);
// Log records have no addresses: their long values stand under no key of the span.
void write_logs(json::Writer& writer, std::span<const RawLog> logs, const LongValues* long_values = nullptr);
void write_links(json::Writer& writer, std::span<const RawLink> links, const LongValues* long_values = nullptr);
// What stands for a long value. `text` is what is previewed; `key` empty: it has no address.
void write_long_text(json::Writer& writer, std::string_view text, std::string_view key, const LongValues& long_values);

}  // namespace strobe::view
