#include "otlp/json_common.h"

namespace strobe::otlp::from_json {

namespace {

constexpr std::string_view k_kind_names[] = {"UNSPECIFIED", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER"};
constexpr std::string_view k_status_names[] = {"UNSET", "OK", "ERROR"};

void read_event(Reader& reader, const Node& node, const Place& place, RawEvent& event) {
  for_each_member(reader, node, place, [&](std::string_view name, const Node& value, const Place& at) {
    if (name == "timeUnixNano") event.time_unix_nano = reader.uint64(value, at);
    if (name == "name") event.name = reader.text(value, at);
    if (name == "attributes") event.attributes = read_attributes(reader, value, at);
    if (name == "droppedAttributesCount") event.dropped_attributes_count = reader.uint32(value, at);
  });
}

void read_link(Reader& reader, const Node& node, const Place& place, RawLink& link) {
  for_each_member(reader, node, place, [&](std::string_view name, const Node& value, const Place& at) {
    if (name == "traceId") link.trace_id = reader.id(value, at);
    if (name == "spanId") link.span_id = reader.id(value, at);
    if (name == "traceState") link.trace_state = reader.text(value, at);
    if (name == "attributes") link.attributes = read_attributes(reader, value, at);
    if (name == "droppedAttributesCount") link.dropped_attributes_count = reader.uint32(value, at);
    if (name == "flags") link.flags = reader.uint32(value, at);
  });
}

void read_status(Reader& reader, const Node& node, const Place& place, RawSpan& span) {
  for_each_member(reader, node, place, [&](std::string_view name, const Node& value, const Place& at) {
    if (name == "message") span.status_message = reader.text(value, at);
    if (name == "code") span.status_code = reader.enumeration(value, at, "STATUS_CODE_", k_status_names);
  });
}

void read_span(Reader& reader, const Node& node, const Place& place, RawSpan& span) {
  for_each_member(reader, node, place, [&](std::string_view name, const Node& value, const Place& at) {
    if (name == "traceId") {
      span.trace_id = reader.id(value, at);
    } else if (name == "spanId") {
      span.span_id = reader.id(value, at);
    } else if (name == "parentSpanId") {
      span.parent_span_id = reader.id(value, at);
    } else if (name == "traceState") {
      span.trace_state = reader.text(value, at);
    } else if (name == "name") {
      span.name = reader.text(value, at);
    } else if (name == "kind") {
      span.kind = reader.enumeration(value, at, "SPAN_KIND_", k_kind_names);
    } else if (name == "startTimeUnixNano") {
      span.start_time_unix_nano = reader.uint64(value, at);
    } else if (name == "endTimeUnixNano") {
      span.end_time_unix_nano = reader.uint64(value, at);
    } else if (name == "attributes") {
      span.attributes = read_attributes(reader, value, at);
    } else if (name == "droppedAttributesCount") {
      span.dropped_attributes_count = reader.uint32(value, at);
    } else if (name == "events") {
      span.events = reader.list<RawEvent>(value, at, [&](const Node& element, const Place& place_of, RawEvent& event) {
        read_event(reader, element, place_of, event);
      });
    } else if (name == "droppedEventsCount") {
      span.dropped_events_count = reader.uint32(value, at);
    } else if (name == "links") {
      span.links = reader.list<RawLink>(value, at, [&](const Node& element, const Place& place_of, RawLink& link) {
        read_link(reader, element, place_of, link);
      });
    } else if (name == "droppedLinksCount") {
      span.dropped_links_count = reader.uint32(value, at);
    } else if (name == "status") {
      read_status(reader, value, at, span);
    } else if (name == "flags") {
      span.flags = reader.uint32(value, at);
    }
  });
}

}  // namespace

void read_traces(Reader& reader, const Node& document, RawBatch& batch) {
  read_envelopes(reader, document, {"resourceSpans", "scopeSpans", "spans"}, batch.spans,
                 [&](const Node& node, const Place& at, RawSpan& span) { read_span(reader, node, at, span); });
}

}  // namespace strobe::otlp::from_json
