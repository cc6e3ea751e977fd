#pragma once

#include "otlp/protobuf_reader.h"

// Messages that several signals share. Each function reads `message` into what it is given, merging as protobuf does:
// scalars are replaced, repeated fields appended to.

namespace strobe::otlp::protobuf {

void read_key_value(Decoder& decoder, std::string_view message, KeyValue& entry, int depth = 1);
// `depth` is the level of this value, 1 for an attribute's own. Neither uses the decoder's stacks: `entry` and `value`
// may be on one.
void read_any_value(Decoder& decoder, std::string_view message, int depth, Value& value);
void read_resource(Decoder& decoder, std::string_view message, RawResource& resource);
void read_scope(Decoder& decoder, std::string_view message, RawScope& scope);

// Implemented one file per signal.
void read_traces(Decoder& decoder, std::string_view request, RawBatch& batch);
void read_logs(Decoder& decoder, std::string_view request, RawBatch& batch);
void read_metrics(Decoder& decoder, std::string_view request, RawBatch& batch);
void read_metric(Decoder& decoder, std::string_view message, RawMetric& metric);

struct EnvelopeNames {
  const char* request;
  const char* of_resource;
  const char* of_scope;
};

// All three requests have one shape: request {1 of_resource*}, of_resource {1 resource, 2 of_scope*, 3 schema_url},
// of_scope {1 scope, 2 item*, 3 schema_url}. Appends the items to `entries`; `read_item(view, item)` fills one. The
// resource may come behind the items: it has its place in the arena from the beginning.
template <typename Item, typename ReadItem>
void read_envelopes(Decoder& decoder, std::string_view request, const EnvelopeNames& names, std::vector<Item>& entries,
                    ReadItem&& read_item) {
  const auto read_of_scope = [&](std::string_view message, const RawResource* resource) {
    size_t count = 0;
    for_each_field(decoder, message, names.of_scope, [&](Field& field) {
      count += field.tag() == 2;
      field.skip();
    });
    auto* scope = decoder.make<RawScope>();
    decoder.reserve_more(entries, count);
    for_each_field(decoder, message, names.of_scope, [&](Field& field) {
      switch (field.tag()) {
        case 1: read_scope(decoder, bytes_of(field), *scope); break;
        case 2: {
          Item& item = entries.emplace_back();
          item.resource = resource;
          item.scope = scope;
          read_item(bytes_of(field), item);
          break;
        }
        case 3: scope->schema_url = bytes_of(field); break;
        default: field.skip();
      }
    });
  };
  for_each_field(decoder, request, names.request, [&](Field& outer) {
    if (outer.tag() != 1) return outer.skip();
    const std::string_view message = bytes_of(outer);
    auto* resource = decoder.make<RawResource>();
    for_each_field(decoder, message, names.of_resource, [&](Field& field) {
      switch (field.tag()) {
        case 1: read_resource(decoder, bytes_of(field), *resource); break;
        case 2: read_of_scope(bytes_of(field), resource); break;
        case 3: resource->schema_url = bytes_of(field); break;
        default: field.skip();
      }
    });
  });
}

}  // namespace strobe::otlp::protobuf
