#include "view/attributes_json.h"

#include <algorithm>
#include <string>
#include <unordered_map>

#include "base/base64.h"
#include "base/ids.h"

namespace strobe::view {

namespace {

constexpr int64_t k_exact_integer_max = int64_t{1} << 53;
// The wire format nests at most this deep (otlp/); the bound here guards the stack.
constexpr int k_value_depth_max = 200;

void write_value(json::Writer& writer, const Value& value, int depth) {
  if (depth > k_value_depth_max) {
    writer.null();
    return;
  }
  switch (value.type) {
    case ValueType::string: writer.string(value.as_text()); break;
    case ValueType::bytes: writer.string(to_base64(value.as_text())); break;
    case ValueType::boolean: writer.boolean(value.boolean); break;
    case ValueType::int64:
      if (value.int64 > k_exact_integer_max || value.int64 < -k_exact_integer_max) {
        writer.string(std::to_string(value.int64));
      } else {
        writer.int64(value.int64);
      }
      break;
    case ValueType::float64: writer.float64(value.float64); break;
    case ValueType::array:
      writer.begin_array();
      for (const Value& item : value.as_array()) write_value(writer, item, depth + 1);
      writer.end_array();
      break;
    case ValueType::kvlist:
      writer.begin_object();
      for (const KeyValue& member : value.as_kvlist()) {
        writer.key(member.key);
        write_value(writer, member.value, depth + 1);
      }
      writer.end_object();
      break;
    case ValueType::empty:
    case ValueType::stored: writer.null(); break;
  }
}

}  // namespace

void write_attributes(json::Writer& writer, std::span<const KeyValue> attributes) {
  std::unordered_map<std::string_view, size_t> last;
  for (size_t i = 0; i < attributes.size(); ++i) last[attributes[i].key] = i;
  writer.begin_object();
  for (size_t i = 0; i < attributes.size(); ++i) {
    const KeyValue& attribute = attributes[i];
    if (last[attribute.key] != i) continue;
    writer.key(attribute.key);
    write_value(writer, attribute.value, 0);
  }
  writer.end_object();
}

void write_events(json::Writer& writer, std::span<const RawEvent> events) {
  writer.begin_array();
  for (const RawEvent& event : events) {
    writer.begin_object();
    writer.key("time_unix_ns").string(std::to_string(event.time_unix_nano));
    writer.key("name").string(event.name);
    writer.key("attributes");
    write_attributes(writer, event.attributes);
    writer.end_object();
  }
  writer.end_array();
}

void write_links(json::Writer& writer, std::span<const RawLink> links) {
  writer.begin_array();
  for (const RawLink& link : links) {
    writer.begin_object();
    writer.key("trace_id").string(to_hex(link.trace_id));
    writer.key("span_id").string(to_hex(link.span_id));
    writer.key("attributes");
    write_attributes(writer, link.attributes);
    writer.end_object();
  }
  writer.end_array();
}

}  // namespace strobe::view
