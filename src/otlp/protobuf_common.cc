#include "otlp/protobuf_common.h"

#include "otlp/otlp.h"

namespace strobe::otlp::protobuf {

void Decoder::refuse(ErrorCode code, const char* message_name, const char* at, const char* reason) const {
  const std::string place = std::string(message_name) + " at byte " + std::to_string(at - begin_);
  if (code == ErrorCode::too_large) throw Refusal{{code, place + ": " + reason}};
  throw Refusal{{code, "malformed protobuf in " + place + ": " + reason}};
}

void read_key_value(Decoder& decoder, std::string_view message, KeyValue& entry, int depth) {
  for_each_field(decoder, message, "KeyValue", [&](Field& field) {
    switch (field.tag()) {
      case 1: entry.key = bytes_of(field); break;
      case 2: read_any_value(decoder, bytes_of(field), depth, entry.value); break;
      default: field.skip();
    }
  });
}

namespace {

// Reads the repeated field 1 of an ArrayValue or KeyValueList, behind the `earlier` entries of the same list sent
// before. Counts first, so that entries are filled where they stay.
template <typename T, typename ReadEntry>
std::span<const T> read_entries(Decoder& decoder, std::string_view message, const char* message_name,
                                std::span<const T> earlier, ReadEntry&& read_entry) {
  size_t count = earlier.size();
  for_each_field(decoder, message, message_name, [&](Field& field) {
    count += field.tag() == 1;
    field.skip();
  });
  decoder.charge(count, sizeof(T));
  const std::span<T> entries = decoder.arena().allocate_array<T>(count);
  auto next = std::copy(earlier.begin(), earlier.end(), entries.begin());
  for_each_field(decoder, message, message_name, [&](Field& field) {
    if (field.tag() != 1) return field.skip();
    read_entry(bytes_of(field), *next++);
  });
  return entries;
}

Value read_array(Decoder& decoder, std::string_view message, int depth, std::span<const Value> earlier) {
  return Value::of_array(
      read_entries(decoder, message, "ArrayValue", earlier,
                   [&](std::string_view item, Value& value) { read_any_value(decoder, item, depth + 1, value); }));
}

Value read_kvlist(Decoder& decoder, std::string_view message, int depth, std::span<const KeyValue> earlier) {
  return Value::of_kvlist(
      read_entries(decoder, message, "KeyValueList", earlier,
                   [&](std::string_view item, KeyValue& entry) { read_key_value(decoder, item, entry, depth + 1); }));
}

void read_entity_ref(Decoder& decoder, std::string_view message, EntityRef& entity) {
  // Two lists of one type are open at once here, and a scratch stack holds one: so the message is read twice.
  const auto read_keys = [&](uint32_t tag, std::span<const std::string_view>& keys) {
    List<std::string_view> list(decoder);
    for_each_field(decoder, message, "EntityRef", [&](Field& field) {
      if (field.tag() != tag) return field.skip();
      list.add() = bytes_of(field);
    });
    list.append_to(keys);
  };
  read_keys(3, entity.id_keys);
  read_keys(4, entity.description_keys);
  for_each_field(decoder, message, "EntityRef", [&](Field& field) {
    switch (field.tag()) {
      case 1: entity.schema_url = bytes_of(field); break;
      case 2: entity.type = bytes_of(field); break;
      default: field.skip();
    }
  });
}

}  // namespace

void read_any_value(Decoder& decoder, std::string_view message, int depth, Value& value) {
  if (depth > k_value_depth_max) throw BadField{ErrorCode::invalid, "values nested more than 64 levels deep"};
  static_assert(k_value_depth_max == 64);
  for_each_field(decoder, message, "AnyValue", [&](Field& field) {
    switch (field.tag()) {
      case 1: value = Value::of_string(bytes_of(field)); break;
      case 2: value = Value::of_bool(varint_of(field) != 0); break;
      case 3: value = Value::of_int64(static_cast<int64_t>(varint_of(field))); break;
      case 4: value = Value::of_float64(double_of(field)); break;
      case 5: value = read_array(decoder, bytes_of(field), depth, value.as_array()); break;
      case 6: value = read_kvlist(decoder, bytes_of(field), depth, value.as_kvlist()); break;
      case 7: value = Value::of_bytes(bytes_of(field)); break;
      default: field.skip();
    }
  });
}

void read_resource(Decoder& decoder, std::string_view message, RawResource& resource) {
  List<KeyValue> attributes(decoder);
  List<EntityRef> entity_refs(decoder);
  for_each_field(decoder, message, "Resource", [&](Field& field) {
    switch (field.tag()) {
      case 1: read_key_value(decoder, bytes_of(field), attributes.add()); break;
      case 2: resource.dropped_attributes_count = uint32_of(field); break;
      case 3: read_entity_ref(decoder, bytes_of(field), entity_refs.add()); break;
      default: field.skip();
    }
  });
  attributes.append_to(resource.attributes);
  entity_refs.append_to(resource.entity_refs);
}

void read_scope(Decoder& decoder, std::string_view message, RawScope& scope) {
  List<KeyValue> attributes(decoder);
  for_each_field(decoder, message, "InstrumentationScope", [&](Field& field) {
    switch (field.tag()) {
      case 1: scope.name = bytes_of(field); break;
      case 2: scope.version = bytes_of(field); break;
      case 3: read_key_value(decoder, bytes_of(field), attributes.add()); break;
      case 4: scope.dropped_attributes_count = uint32_of(field); break;
      default: field.skip();
    }
  });
  attributes.append_to(scope.attributes);
}

}  // namespace strobe::otlp::protobuf
