#include <cmath>

#include "base/assert.h"

#include "base/base64.h"
#include "base/ids.h"
#include "json/write.h"
#include "otlp/encode_common.h"
#include "otlp/otlp.h"

namespace strobe::otlp {

namespace {

using json::Writer;

// Members at their default are left out, as protobuf's JSON mapping has it.
void put_text(Writer& writer, std::string_view key, std::string_view value) {
  if (!value.empty()) writer.key(key).string(value);
}
void put_id(Writer& writer, std::string_view key, std::string_view bytes) {
  if (!bytes.empty()) writer.key(key).string(to_hex(bytes));
}
void put_time(Writer& writer, std::string_view key, uint64_t value) {
  if (value != 0) writer.key(key).string(std::to_string(value));
}
void put_int(Writer& writer, std::string_view key, int64_t value) {
  if (value != 0) writer.key(key).int64(value);
}

void write_attributes(Writer& writer, std::span<const KeyValue> attributes);

void write_value(Writer& writer, const Value& value) {
  writer.begin_object();
  switch (value.type) {
    case ValueType::empty: break;
    case ValueType::string: writer.key("stringValue").string(value.as_text()); break;
    case ValueType::boolean: writer.key("boolValue").boolean(value.boolean); break;
    case ValueType::int64: writer.key("intValue").string(std::to_string(value.int64)); break;
    case ValueType::float64:
      writer.key("doubleValue");
      if (value.float64 == 0 && std::signbit(value.float64)) {
        writer.number("-0.0");  // JavaScript's shortest text would drop the sign
      } else {
        writer.float64(value.float64);
      }
      break;
    case ValueType::array:
      writer.key("arrayValue").begin_object().key("values").begin_array();
      for (const Value& item : value.as_array()) write_value(writer, item);
      writer.end_array().end_object();
      break;
    case ValueType::kvlist:
      writer.key("kvlistValue").begin_object().key("values");
      write_attributes(writer, value.as_kvlist());
      writer.end_object();
      break;
    case ValueType::bytes: writer.key("bytesValue").string(to_base64(value.as_text())); break;
    case ValueType::stored: STROBE_ASSERT(!"a stored value must be fetched before it is encoded");
  }
  writer.end_object();
}

void write_attributes(Writer& writer, std::span<const KeyValue> attributes) {
  writer.begin_array();
  for (const KeyValue& attribute : attributes) {
    writer.begin_object().key("key").string(attribute.key).key("value");
    write_value(writer, attribute.value);
    writer.end_object();
  }
  writer.end_array();
}

void put_attributes(Writer& writer, std::span<const KeyValue> attributes) {
  if (attributes.empty()) return;
  writer.key("attributes");
  write_attributes(writer, attributes);
}

void put_texts(Writer& writer, std::string_view key, std::span<const std::string_view> texts) {
  if (texts.empty()) return;
  writer.key(key).begin_array();
  for (const std::string_view text : texts) writer.string(text);
  writer.end_array();
}

void write_resource(Writer& writer, const RawResource& resource) {
  writer.begin_object();
  put_attributes(writer, resource.attributes);
  put_int(writer, "droppedAttributesCount", resource.dropped_attributes_count);
  if (!resource.entity_refs.empty()) {
    writer.key("entityRefs").begin_array();
    for (const EntityRef& entity : resource.entity_refs) {
      writer.begin_object();
      put_text(writer, "schemaUrl", entity.schema_url);
      put_text(writer, "type", entity.type);
      put_texts(writer, "idKeys", entity.id_keys);
      put_texts(writer, "descriptionKeys", entity.description_keys);
      writer.end_object();
    }
    writer.end_array();
  }
  writer.end_object();
}

void write_scope(Writer& writer, const RawScope& scope) {
  writer.begin_object();
  put_text(writer, "name", scope.name);
  put_text(writer, "version", scope.version);
  put_attributes(writer, scope.attributes);
  put_int(writer, "droppedAttributesCount", scope.dropped_attributes_count);
  writer.end_object();
}

void write_event(Writer& writer, const RawEvent& event) {
  writer.begin_object();
  put_time(writer, "timeUnixNano", event.time_unix_nano);
  put_text(writer, "name", event.name);
  put_attributes(writer, event.attributes);
  put_int(writer, "droppedAttributesCount", event.dropped_attributes_count);
  writer.end_object();
}

void write_link(Writer& writer, const RawLink& link) {
  writer.begin_object();
  put_id(writer, "traceId", link.trace_id);
  put_id(writer, "spanId", link.span_id);
  put_text(writer, "traceState", link.trace_state);
  put_attributes(writer, link.attributes);
  put_int(writer, "droppedAttributesCount", link.dropped_attributes_count);
  put_int(writer, "flags", link.flags);
  writer.end_object();
}

template <typename T>
void put_list(Writer& writer, std::string_view key, std::span<const T> entries, void (*write)(Writer&, const T&)) {
  if (entries.empty()) return;
  writer.key(key).begin_array();
  for (const T& entry : entries) write(writer, entry);
  writer.end_array();
}

void write_span(Writer& writer, const RawSpan& span) {
  writer.begin_object();
  put_id(writer, "traceId", span.trace_id);
  put_id(writer, "spanId", span.span_id);
  put_text(writer, "traceState", span.trace_state);
  put_id(writer, "parentSpanId", span.parent_span_id);
  put_text(writer, "name", span.name);
  put_int(writer, "kind", span.kind);
  put_time(writer, "startTimeUnixNano", span.start_time_unix_nano);
  put_time(writer, "endTimeUnixNano", span.end_time_unix_nano);
  put_attributes(writer, span.attributes);
  put_int(writer, "droppedAttributesCount", span.dropped_attributes_count);
  put_list(writer, "events", span.events, write_event);
  put_int(writer, "droppedEventsCount", span.dropped_events_count);
  put_list(writer, "links", span.links, write_link);
  put_int(writer, "droppedLinksCount", span.dropped_links_count);
  if (span.status_code != 0 || !span.status_message.empty()) {
    writer.key("status").begin_object();
    put_text(writer, "message", span.status_message);
    put_int(writer, "code", span.status_code);
    writer.end_object();
  }
  put_int(writer, "flags", span.flags);
  writer.end_object();
}

}  // namespace

std::string encode_json(std::span<const RawSpan> spans) {
  Writer writer;
  writer.begin_object().key("resourceSpans").begin_array();
  for (const encode::ResourceGroup& group : encode::group_spans(spans)) {
    writer.begin_object().key("resource");
    write_resource(writer, *group.resource);
    writer.key("scopeSpans").begin_array();
    for (const encode::ScopeGroup& scope : group.scopes) {
      writer.begin_object().key("scope");
      write_scope(writer, *scope.scope);
      writer.key("spans").begin_array();
      for (const RawSpan* span : scope.spans) write_span(writer, *span);
      writer.end_array();
      put_text(writer, "schemaUrl", scope.scope->schema_url);
      writer.end_object();
    }
    writer.end_array();
    put_text(writer, "schemaUrl", group.resource->schema_url);
    writer.end_object();
  }
  writer.end_array().end_object();
  return writer.take();
}

}  // namespace strobe::otlp
