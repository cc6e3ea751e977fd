#include "otlp/json_common.h"

#include "otlp/otlp.h"

namespace strobe::otlp::from_json {

std::span<const KeyValue> read_attributes(Reader& reader, const Node& node, const Place& at, int depth) {
  return reader.list<KeyValue>(node, at, [&](const Node& element, const Place& place, KeyValue& attribute) {
    for_each_member(reader, element, place, [&](std::string_view name, const Node& value, const Place& value_place) {
      if (name == "key") attribute.key = reader.text(value, value_place);
      if (name == "value") attribute.value = read_any_value(reader, value, value_place, depth);
    });
  });
}

namespace {

// {"values": [...]}, of an array or a key-value list.
const Node k_null_node;
const Node& values_of(Reader& reader, const Node& node, const Place& at) {
  if (!reader.expect(node, json::Type::object, at, "expected an object")) return k_null_node;
  const Node* values = node.find("values");
  return values != nullptr ? *values : k_null_node;
}

}  // namespace

Value read_any_value(Reader& reader, const Node& node, const Place& place, int depth) {
  Value value;
  if (depth > k_value_depth_max) {
    reader.fail(place, "values nested more than " + std::to_string(k_value_depth_max) + " levels deep");
    return value;
  }
  for_each_member(reader, node, place, [&](std::string_view name, const Node& member, const Place& at) {
    if (name == "stringValue") {
      value = Value::of_string(reader.text(member, at));
    } else if (name == "intValue") {
      value = Value::of_int64(reader.int64(member, at));
    } else if (name == "boolValue") {
      value = Value::of_bool(reader.boolean(member, at));
    } else if (name == "doubleValue") {
      value = Value::of_float64(reader.float64(member, at));
    } else if (name == "arrayValue") {
      const Place values_place{&at, "values"};
      value = Value::of_array(reader.list<Value>(values_of(reader, member, at), values_place,
                                                 [&](const Node& element, const Place& element_place, Value& item) {
                                                   item = read_any_value(reader, element, element_place, depth + 1);
                                                 }));
    } else if (name == "kvlistValue") {
      const Place values_place{&at, "values"};
      value = Value::of_kvlist(read_attributes(reader, values_of(reader, member, at), values_place, depth + 1));
    } else if (name == "bytesValue") {
      value = Value::of_bytes(reader.base64(member, at));
    }
  });
  return value;
}

namespace {

std::span<const std::string_view> read_texts(Reader& reader, const Node& node, const Place& at) {
  return reader.list<std::string_view>(node, at, [&](const Node& element, const Place& place, std::string_view& text) {
    text = reader.text(element, place);
  });
}

void read_entity_ref(Reader& reader, const Node& node, const Place& place, EntityRef& entity) {
  for_each_member(reader, node, place, [&](std::string_view name, const Node& value, const Place& at) {
    if (name == "schemaUrl") entity.schema_url = reader.text(value, at);
    if (name == "type") entity.type = reader.text(value, at);
    if (name == "idKeys") entity.id_keys = read_texts(reader, value, at);
    if (name == "descriptionKeys") entity.description_keys = read_texts(reader, value, at);
  });
}

}  // namespace

void read_resource(Reader& reader, const Node& node, const Place& place, RawResource& resource) {
  for_each_member(reader, node, place, [&](std::string_view name, const Node& value, const Place& at) {
    if (name == "attributes") resource.attributes = read_attributes(reader, value, at);
    if (name == "droppedAttributesCount") resource.dropped_attributes_count = reader.uint32(value, at);
    if (name == "entityRefs") {
      resource.entity_refs =
          reader.list<EntityRef>(value, at, [&](const Node& element, const Place& element_place, EntityRef& entity) {
            read_entity_ref(reader, element, element_place, entity);
          });
    }
  });
}

void read_scope(Reader& reader, const Node& node, const Place& place, RawScope& scope) {
  for_each_member(reader, node, place, [&](std::string_view name, const Node& value, const Place& at) {
    if (name == "name") scope.name = reader.text(value, at);
    if (name == "version") scope.version = reader.text(value, at);
    if (name == "attributes") scope.attributes = read_attributes(reader, value, at);
    if (name == "droppedAttributesCount") scope.dropped_attributes_count = reader.uint32(value, at);
  });
}

}  // namespace strobe::otlp::from_json
