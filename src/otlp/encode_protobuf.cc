#include "otlp/encode_common.h"
#include "otlp/otlp.h"

namespace strobe::otlp {

namespace {

using encode::add_attributes;
using encode::Message;

void write_event(Message& message, const RawEvent& event) {
  message.fixed64(1, event.time_unix_nano);
  message.text(2, event.name);
  add_attributes(message, 3, event.attributes);
  message.uint32(4, event.dropped_attributes_count);
}

void write_link(Message& message, const RawLink& link) {
  message.text(1, link.trace_id);
  message.text(2, link.span_id);
  message.text(3, link.trace_state);
  add_attributes(message, 4, link.attributes);
  message.uint32(5, link.dropped_attributes_count);
  message.fixed32(6, link.flags);
}

void write_span(Message& message, const RawSpan& span) {
  message.text(1, span.trace_id);
  message.text(2, span.span_id);
  message.text(3, span.trace_state);
  message.text(4, span.parent_span_id);
  message.text(5, span.name);
  message.enumeration(6, span.kind);
  message.fixed64(7, span.start_time_unix_nano);
  message.fixed64(8, span.end_time_unix_nano);
  add_attributes(message, 9, span.attributes);
  message.uint32(10, span.dropped_attributes_count);
  for (const RawEvent& event : span.events) {
    message.message(11, [&](Message& inner) { write_event(inner, event); });
  }
  message.uint32(12, span.dropped_events_count);
  for (const RawLink& link : span.links) {
    message.message(13, [&](Message& inner) { write_link(inner, link); });
  }
  message.uint32(14, span.dropped_links_count);
  if (span.status_code != 0 || !span.status_message.empty()) {
    message.message(15, [&](Message& status) {
      status.text(2, span.status_message);
      status.enumeration(3, span.status_code);
    });
  }
  message.fixed32(16, span.flags);
}

void write_scope_spans(Message& message, const encode::ScopeGroup& group) {
  message.message(1, [&](Message& scope) { encode::write_scope(scope, *group.scope); });
  for (const RawSpan* span : group.spans) {
    message.message(2, [&](Message& inner) { write_span(inner, *span); });
  }
  message.text(3, group.scope->schema_url);
}

}  // namespace

std::string encode_protobuf(std::span<const RawSpan> spans) {
  std::string out;
  Message request{out, protozero::pbf_writer(out)};
  for (const encode::ResourceGroup& group : encode::group_spans(spans)) {
    request.message(1, [&](Message& message) {
      message.message(1, [&](Message& resource) { encode::write_resource(resource, *group.resource); });
      for (const encode::ScopeGroup& scope : group.scopes) {
        message.message(2, [&](Message& inner) { write_scope_spans(inner, scope); });
      }
      message.text(3, group.resource->schema_url);
    });
  }
  return out;
}

}  // namespace strobe::otlp
