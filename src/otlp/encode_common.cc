#include "otlp/encode_common.h"

#include <bit>
#include <unordered_map>

#include "base/assert.h"

namespace strobe::otlp::encode {

void Message::float64(uint32_t tag, double value) {
  if (std::bit_cast<uint64_t>(value) != 0) writer.add_double(tag, value);
}

void add_attributes(Message& message, uint32_t tag, std::span<const KeyValue> attributes) {
  for (const KeyValue& attribute : attributes) {
    message.message(tag, [&](Message& entry) {
      entry.text(1, attribute.key);
      entry.message(2, [&](Message& any) { write_any_value(any, attribute.value); });
    });
  }
}

void write_any_value(Message& message, const Value& value) {
  switch (value.type) {
    case ValueType::empty: return;
    case ValueType::string: return message.writer.add_bytes(1, value.as_text().data(), value.size);
    case ValueType::boolean: return message.writer.add_bool(2, value.boolean);
    case ValueType::int64: return message.writer.add_int64(3, value.int64);
    case ValueType::float64: return message.writer.add_double(4, value.float64);
    case ValueType::array:
      return message.message(5, [&](Message& array) {
        for (const Value& item : value.as_array()) {
          array.message(1, [&](Message& any) { write_any_value(any, item); });
        }
      });
    case ValueType::kvlist:
      return message.message(6, [&](Message& list) { add_attributes(list, 1, value.as_kvlist()); });
    case ValueType::bytes: return message.writer.add_bytes(7, value.as_text().data(), value.size);
    case ValueType::stored: STROBE_ASSERT(!"a stored value must be fetched before it is encoded");
  }
}

void write_resource(Message& message, const RawResource& resource) {
  add_attributes(message, 1, resource.attributes);
  message.uint32(2, resource.dropped_attributes_count);
  for (const EntityRef& entity : resource.entity_refs) {
    message.message(3, [&](Message& ref) {
      ref.text(1, entity.schema_url);
      ref.text(2, entity.type);
      for (const std::string_view key : entity.id_keys) ref.writer.add_bytes(3, key.data(), key.size());
      for (const std::string_view key : entity.description_keys) ref.writer.add_bytes(4, key.data(), key.size());
    });
  }
}

void write_scope(Message& message, const RawScope& scope) {
  message.text(1, scope.name);
  message.text(2, scope.version);
  add_attributes(message, 3, scope.attributes);
  message.uint32(4, scope.dropped_attributes_count);
}

namespace {

// Numbers for things that are equal when their encodings are. Most batches hold few pointers and many spans, so
// the encoding is made once a pointer.
template <typename Thing>
class Numbering {
 public:
  template <typename EncodeKey>
  size_t number_of(const Thing* thing, EncodeKey&& encode_key) {
    const auto known = by_pointer_.find(thing);
    if (known != by_pointer_.end()) return known->second;
    const size_t number = by_content_.try_emplace(encode_key(*thing), by_content_.size()).first->second;
    by_pointer_.emplace(thing, number);
    return number;
  }

 private:
  std::unordered_map<const Thing*, size_t> by_pointer_;
  std::unordered_map<std::string, size_t> by_content_;
};

std::string resource_key(const RawResource& resource) {
  std::string key;
  Message message{key, protozero::pbf_writer(key)};
  message.message(1, [&](Message& inner) { write_resource(inner, resource); });
  message.text(3, resource.schema_url);
  return key;
}

std::string scope_key(const RawScope& scope) {
  std::string key;
  Message message{key, protozero::pbf_writer(key)};
  message.message(1, [&](Message& inner) { write_scope(inner, scope); });
  message.text(3, scope.schema_url);
  return key;
}

constexpr RawResource k_no_resource;
constexpr RawScope k_no_scope;

}  // namespace

std::vector<ResourceGroup> group_spans(std::span<const RawSpan> spans) {
  std::vector<ResourceGroup> groups;
  std::vector<std::unordered_map<size_t, size_t>> scope_places;  // per resource group: scope number -> place in it
  Numbering<RawResource> resources;
  Numbering<RawScope> scopes;
  for (const RawSpan& span : spans) {
    const RawResource* resource = span.resource != nullptr ? span.resource : &k_no_resource;
    const RawScope* scope = span.scope != nullptr ? span.scope : &k_no_scope;
    const size_t group = resources.number_of(resource, resource_key);
    if (group == groups.size()) {
      groups.push_back({resource, {}});
      scope_places.emplace_back();
    }
    auto& scope_groups = groups[group].scopes;
    const size_t scope_number = scopes.number_of(scope, scope_key);
    const auto [place, is_new] = scope_places[group].try_emplace(scope_number, scope_groups.size());
    if (is_new) scope_groups.push_back({scope, {}});
    scope_groups[place->second].spans.push_back(&span);
  }
  return groups;
}

}  // namespace strobe::otlp::encode
