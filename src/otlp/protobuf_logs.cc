#include "otlp/protobuf_common.h"

namespace strobe::otlp::protobuf {

namespace {

void read_log(Decoder& decoder, std::string_view message, RawLog& log) {
  List<KeyValue> attributes(decoder);
  for_each_field(decoder, message, "LogRecord", [&](Field& field) {
    switch (field.tag()) {
      case 1: log.time_unix_nano = fixed64_of(field); break;
      case 2: log.severity_number = enum_of(field); break;
      case 3: log.severity_text = bytes_of(field); break;
      case 5: read_any_value(decoder, bytes_of(field), 1, log.body); break;
      case 6: read_key_value(decoder, bytes_of(field), attributes.add()); break;
      case 7: log.dropped_attributes_count = uint32_of(field); break;
      case 8: log.flags = fixed32_of(field); break;
      case 9: log.trace_id = bytes_of(field); break;
      case 10: log.span_id = bytes_of(field); break;
      case 11: log.observed_time_unix_nano = fixed64_of(field); break;
      case 12: log.event_name = bytes_of(field); break;
      default: field.skip();
    }
  });
  attributes.append_to(log.attributes);
}

}  // namespace

void read_logs(Decoder& decoder, std::string_view request, RawBatch& batch) {
  read_envelopes(decoder, request, {"ExportLogsServiceRequest", "ResourceLogs", "ScopeLogs"}, batch.logs,
                 [&](std::string_view message, RawLog& log) { read_log(decoder, message, log); });
}

}  // namespace strobe::otlp::protobuf
