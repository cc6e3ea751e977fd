#pragma once

#include "otlp/json_reader.h"

// Messages that several signals share, read from OTLP/JSON.

namespace strobe::otlp::from_json {

std::span<const KeyValue> read_attributes(Reader& reader, const Node& node, const Place& at, int depth = 1);
// `depth` is the level of this value, 1 for an attribute's own.
Value read_any_value(Reader& reader, const Node& node, const Place& at, int depth);
void read_resource(Reader& reader, const Node& node, const Place& at, RawResource& resource);
void read_scope(Reader& reader, const Node& node, const Place& at, RawScope& scope);

// Implemented one file per signal.
void read_traces(Reader& reader, const Node& document, RawBatch& batch);
void read_logs(Reader& reader, const Node& document, RawBatch& batch);
void read_metrics(Reader& reader, const Node& document, RawBatch& batch);

struct EnvelopeNames {
  std::string_view of_resource;  // "resourceSpans"
  std::string_view of_scope;     // "scopeSpans"
  std::string_view items;        // "spans"
};

// All three documents have one shape, see protobuf_common.h. Appends to `entries`.
template <typename Item, typename ReadItem>
void read_envelopes(Reader& reader, const Node& document, const EnvelopeNames& names, std::vector<Item>& entries,
                    ReadItem&& read_item) {
  // Elements of an array without a home of their own: each is read for what it appends.
  const auto for_each_element = [&](const Node& array, const Place& at, auto&& read) {
    if (!reader.expect(array, json::Type::array, at, "expected an array")) return;
    for (size_t i = 0; i < array.items.size() && !reader.failed(); ++i) read(array.items[i], Place{&at, {}, i});
  };
  const auto read_of_scope = [&](const Node& node, const Place& place, const RawResource* resource) {
    if (!reader.charge(place, 1, sizeof(RawScope))) return;
    auto* scope = reader.arena().make<RawScope>();
    for_each_member(reader, node, place, [&](std::string_view name, const Node& value, const Place& at) {
      if (name == "scope") return read_scope(reader, value, at, *scope);
      if (name == "schemaUrl") {
        scope->schema_url = reader.text(value, at);
      } else if (name == names.items) {
        if (!reader.charge(at, value.items.size(), sizeof(Item))) return;
        for_each_element(value, at, [&](const Node& element, const Place& element_place) {
          Item& item = entries.emplace_back();
          item.resource = resource;
          item.scope = scope;
          read_item(element, element_place, item);
        });
      }
    });
  };
  const auto read_of_resource = [&](const Node& node, const Place& place) {
    if (!reader.charge(place, 1, sizeof(RawResource))) return;
    auto* resource = reader.arena().make<RawResource>();
    for_each_member(reader, node, place, [&](std::string_view name, const Node& value, const Place& at) {
      if (name == "resource") return read_resource(reader, value, at, *resource);
      if (name == "schemaUrl") {
        resource->schema_url = reader.text(value, at);
      } else if (name == names.of_scope) {
        for_each_element(value, at, [&](const Node& element, const Place& element_place) {
          read_of_scope(element, element_place, resource);
        });
      }
    });
  };
  for_each_member(reader, document, Place{}, [&](std::string_view name, const Node& value, const Place& at) {
    if (name == names.of_resource) for_each_element(value, at, read_of_resource);
  });
}

}  // namespace strobe::otlp::from_json
