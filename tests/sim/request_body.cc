#include "sim/request_body.h"

#include <algorithm>

#include "base/assert.h"
#include "json/write.h"
#include "otlp/otlp.h"

namespace strobe::sim {

namespace {

bool is_text(std::string_view bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

void write_value(json::Writer& writer, const Value& value) {
  writer.begin_object();
  if (value.type == ValueType::int64) writer.key("intValue").string(std::to_string(value.int64));
  if (value.type == ValueType::string) writer.key("stringValue").string(value.as_text());
  STROBE_ASSERT(value.type == ValueType::int64 || value.type == ValueType::string || value.type == ValueType::empty);
  writer.end_object();
}

void write_attributes(json::Writer& writer, std::span<const KeyValue> attributes) {
  writer.key("attributes").begin_array();
  for (const KeyValue& attribute : attributes) {
    writer.begin_object().key("key").string(attribute.key).key("value");
    write_value(writer, attribute.value);
    writer.end_object();
  }
  writer.end_array();
}

// {"resourceXs":[{"resource":{},"scopeXs":[{"scope":{},"records":[ and, by end(), what closes it.
void begin(json::Writer& writer, const char* resources, const RawResource& resource, const char* scopes,
           const RawScope& scope, const char* records) {
  writer.begin_object().key(resources).begin_array().begin_object().key("resource").begin_object();
  write_attributes(writer, resource.attributes);
  writer.end_object().key(scopes).begin_array().begin_object();
  writer.key("scope").begin_object().key("name").string(scope.name).end_object();
  writer.key(records).begin_array();
}

std::shared_ptr<const std::string> end(json::Writer& writer) {
  writer.end_array().end_object().end_array().end_object().end_array().end_object();
  return std::make_shared<const std::string>(writer.take());
}

void write_log(json::Writer& writer, const RawLog& log) {
  writer.begin_object().key("timeUnixNano").string(std::to_string(log.time_unix_nano));
  writer.key("severityNumber").int64(log.severity_number).key("eventName").string(log.event_name);
  writer.key("traceId").string(to_hex(log.trace_id)).key("spanId").string(to_hex(log.span_id));
  if (log.body.type != ValueType::empty) {
    writer.key("body");
    write_value(writer, log.body);
  }
  write_attributes(writer, log.attributes);
  writer.end_object();
}

}  // namespace

Request request_of_spans(std::span<const RawSpan> spans, ingest::Encoding encoding, bool is_old) {
  Request request{.encoding = encoding};
  for (const RawSpan& span : spans) {
    if (!is_text(span.name)) request.encoding = ingest::Encoding::protobuf;
    if (SpanId::from_bytes(span.span_id)->is_zero()) {
      ++request.refused;
    } else {
      request.records.push_back(span_record(span, is_old));
    }
  }
  request.body = std::make_shared<const std::string>(
      request.encoding == ingest::Encoding::json ? otlp::encode_json(spans) : otlp::encode_protobuf(spans));
  return request;
}

Request request_of_logs(std::span<const RawLog> logs, bool is_old) {
  Request request{.signal = ingest::Signal::logs, .encoding = ingest::Encoding::json};
  json::Writer writer;
  begin(writer, "resourceLogs", *logs[0].resource, "scopeLogs", *logs[0].scope, "logRecords");
  for (const RawLog& log : logs) {
    write_log(writer, log);
    const std::string text = print_log(log);
    request.records.push_back({.kind = Record::Kind::log,
                               .trace = *TraceId::from_bytes(log.trace_id),
                               .key = text,
                               .text = text,
                               .is_old = is_old});
  }
  request.body = end(writer);
  return request;
}

Request request_of_points(std::span<const RawMetric> metrics, bool is_old) {
  Request request{.signal = ingest::Signal::metrics, .encoding = ingest::Encoding::json};
  json::Writer writer;
  begin(writer, "resourceMetrics", *metrics[0].resource, "scopeMetrics", *metrics[0].scope, "metrics");
  for (const RawMetric& metric : metrics) {
    const RawMetricPoint& point = metric.points[0];
    const std::string time = std::to_string(point.time_unix_nano);
    writer.begin_object().key("name").string(metric.name).key("gauge").begin_object().key("dataPoints").begin_array();
    writer.begin_object().key("timeUnixNano").string(time).key("asInt").string(std::to_string(point.as_int));
    writer.end_object().end_array().end_object().end_object();
    request.records.push_back({.kind = Record::Kind::point,
                               .key = std::string(metric.name) + " " + time,
                               .text = otlp::encode_metric_point(metric, point),
                               .is_old = is_old});
  }
  request.body = end(writer);
  return request;
}

Result<RawBatch> decoded(const Request& request) {
  constexpr otlp::Signal k_signals[] = {otlp::Signal::traces, otlp::Signal::logs, otlp::Signal::metrics};
  const otlp::Signal signal = k_signals[static_cast<size_t>(request.signal)];
  return request.encoding == ingest::Encoding::json ? otlp::decode_json(signal, request.body)
                                                    : otlp::decode_protobuf(signal, request.body);
}

}  // namespace strobe::sim
