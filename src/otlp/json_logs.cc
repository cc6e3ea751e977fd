#include "otlp/json_common.h"

namespace strobe::otlp::from_json {

namespace {

constexpr std::string_view k_severity_names[] = {
    "UNSPECIFIED", "TRACE",  "TRACE2", "TRACE3", "TRACE4", "DEBUG",  "DEBUG2", "DEBUG3", "DEBUG4",
    "INFO",        "INFO2",  "INFO3",  "INFO4",  "WARN",   "WARN2",  "WARN3",  "WARN4",  "ERROR",
    "ERROR2",      "ERROR3", "ERROR4", "FATAL",  "FATAL2", "FATAL3", "FATAL4"};

void read_log(Reader& reader, const Node& node, const Place& place, RawLog& log) {
  for_each_member(reader, node, place, [&](std::string_view name, const Node& value, const Place& at) {
    if (name == "timeUnixNano") log.time_unix_nano = reader.uint64(value, at);
    if (name == "observedTimeUnixNano") log.observed_time_unix_nano = reader.uint64(value, at);
    if (name == "severityNumber") {
      log.severity_number = reader.enumeration(value, at, "SEVERITY_NUMBER_", k_severity_names);
    }
    if (name == "severityText") log.severity_text = reader.text(value, at);
    if (name == "body") log.body = read_any_value(reader, value, at, 1);
    if (name == "attributes") log.attributes = read_attributes(reader, value, at);
    if (name == "droppedAttributesCount") log.dropped_attributes_count = reader.uint32(value, at);
    if (name == "flags") log.flags = reader.uint32(value, at);
    if (name == "traceId") log.trace_id = reader.id(value, at);
    if (name == "spanId") log.span_id = reader.id(value, at);
    if (name == "eventName") log.event_name = reader.text(value, at);
  });
}

}  // namespace

void read_logs(Reader& reader, const Node& document, RawBatch& batch) {
  read_envelopes(reader, document, {"resourceLogs", "scopeLogs", "logRecords"}, batch.logs,
                 [&](const Node& node, const Place& at, RawLog& log) { read_log(reader, node, at, log); });
}

}  // namespace strobe::otlp::from_json
