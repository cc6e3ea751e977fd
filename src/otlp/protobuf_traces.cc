#include "otlp/protobuf_common.h"

namespace strobe::otlp::protobuf {

namespace {

void read_event(Decoder& decoder, std::string_view message, RawEvent& event) {
  List<KeyValue> attributes(decoder);
  for_each_field(decoder, message, "Span.Event", [&](Field& field) {
    switch (field.tag()) {
      case 1: event.time_unix_nano = fixed64_of(field); break;
      case 2: event.name = bytes_of(field); break;
      case 3: read_key_value(decoder, bytes_of(field), attributes.add()); break;
      case 4: event.dropped_attributes_count = uint32_of(field); break;
      default: field.skip();
    }
  });
  attributes.append_to(event.attributes);
}

void read_link(Decoder& decoder, std::string_view message, RawLink& link) {
  List<KeyValue> attributes(decoder);
  for_each_field(decoder, message, "Span.Link", [&](Field& field) {
    switch (field.tag()) {
      case 1: link.trace_id = bytes_of(field); break;
      case 2: link.span_id = bytes_of(field); break;
      case 3: link.trace_state = bytes_of(field); break;
      case 4: read_key_value(decoder, bytes_of(field), attributes.add()); break;
      case 5: link.dropped_attributes_count = uint32_of(field); break;
      case 6: link.flags = fixed32_of(field); break;
      default: field.skip();
    }
  });
  attributes.append_to(link.attributes);
}

void read_status(const Decoder& decoder, std::string_view message, RawSpan& span) {
  for_each_field(decoder, message, "Status", [&](Field& field) {
    switch (field.tag()) {
      case 2: span.status_message = bytes_of(field); break;
      case 3: span.status_code = enum_of(field); break;
      default: field.skip();
    }
  });
}

void read_span(Decoder& decoder, std::string_view message, RawSpan& span) {
  List<KeyValue> attributes(decoder);
  List<RawEvent> events(decoder);
  List<RawLink> links(decoder);
  for_each_field(decoder, message, "Span", [&](Field& field) {
    switch (field.tag()) {
      case 1: span.trace_id = bytes_of(field); break;
      case 2: span.span_id = bytes_of(field); break;
      case 3: span.trace_state = bytes_of(field); break;
      case 4: span.parent_span_id = bytes_of(field); break;
      case 5: span.name = bytes_of(field); break;
      case 6: span.kind = enum_of(field); break;
      case 7: span.start_time_unix_nano = fixed64_of(field); break;
      case 8: span.end_time_unix_nano = fixed64_of(field); break;
      case 9: read_key_value(decoder, bytes_of(field), attributes.add()); break;
      case 10: span.dropped_attributes_count = uint32_of(field); break;
      case 11: read_event(decoder, bytes_of(field), events.add()); break;
      case 12: span.dropped_events_count = uint32_of(field); break;
      case 13: read_link(decoder, bytes_of(field), links.add()); break;
      case 14: span.dropped_links_count = uint32_of(field); break;
      case 15: read_status(decoder, bytes_of(field), span); break;
      case 16: span.flags = fixed32_of(field); break;
      default: field.skip();
    }
  });
  attributes.append_to(span.attributes);
  events.append_to(span.events);
  links.append_to(span.links);
}

}  // namespace

void read_traces(Decoder& decoder, std::string_view request, RawBatch& batch) {
  read_envelopes(decoder, request, {"ExportTraceServiceRequest", "ResourceSpans", "ScopeSpans"}, batch.spans,
                 [&](std::string_view message, RawSpan& span) { read_span(decoder, message, span); });
}

}  // namespace strobe::otlp::protobuf
