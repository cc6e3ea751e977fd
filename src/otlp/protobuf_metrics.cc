#include "otlp/protobuf_common.h"

namespace strobe::otlp::protobuf {

namespace {

using NumberType = RawExemplar::NumberType;

// A number of a oneof {as_double, as_int}: both are eight bytes on the wire.
template <typename Holder>
void set_double(Field& field, Holder& holder) {
  holder.as_double = double_of(field);
  holder.as_int = 0;
  holder.number_type = NumberType::float64;
}
template <typename Holder>
void set_int(Field& field, Holder& holder) {
  holder.as_int = static_cast<int64_t>(fixed64_of(field));
  holder.as_double = 0;
  holder.number_type = NumberType::int64;
}

void set_optional(Field& field, bool& has, double& value) {
  value = double_of(field);
  has = true;
}

// Repeated numbers come packed into one field or one by one, and even mixed.
void push_fixed64(Field& field, List<uint64_t>& list) {
  if (!field.has_wire_type(WireType::length_delimited)) return void(list.add() = fixed64_of(field));
  for (const uint64_t number : field.get_packed_fixed64()) list.add() = number;
}
void push_double(Field& field, List<double>& list) {
  if (!field.has_wire_type(WireType::length_delimited)) return void(list.add() = double_of(field));
  for (const double number : field.get_packed_double()) list.add() = number;
}
void push_varint(Field& field, List<uint64_t>& list) {
  if (!field.has_wire_type(WireType::length_delimited)) return void(list.add() = varint_of(field));
  for (const uint64_t number : field.get_packed_uint64()) list.add() = number;
}

void read_exemplar(Decoder& decoder, std::string_view message, RawExemplar& exemplar) {
  List<KeyValue> attributes(decoder);
  for_each_field(decoder, message, "Exemplar", [&](Field& field) {
    switch (field.tag()) {
      case 2: exemplar.time_unix_nano = fixed64_of(field); break;
      case 3: set_double(field, exemplar); break;
      case 4: exemplar.span_id = bytes_of(field); break;
      case 5: exemplar.trace_id = bytes_of(field); break;
      case 6: set_int(field, exemplar); break;
      case 7: read_key_value(decoder, bytes_of(field), attributes.add()); break;
      default: field.skip();
    }
  });
  attributes.append_to(exemplar.filtered_attributes);
}

void read_number_point(Decoder& decoder, std::string_view message, RawMetricPoint& point) {
  List<KeyValue> attributes(decoder);
  List<RawExemplar> exemplars(decoder);
  for_each_field(decoder, message, "NumberDataPoint", [&](Field& field) {
    switch (field.tag()) {
      case 2: point.start_time_unix_nano = fixed64_of(field); break;
      case 3: point.time_unix_nano = fixed64_of(field); break;
      case 4: set_double(field, point); break;
      case 5: read_exemplar(decoder, bytes_of(field), exemplars.add()); break;
      case 6: set_int(field, point); break;
      case 7: read_key_value(decoder, bytes_of(field), attributes.add()); break;
      case 8: point.flags = uint32_of(field); break;
      default: field.skip();
    }
  });
  attributes.append_to(point.attributes);
  exemplars.append_to(point.exemplars);
}

void read_histogram_point(Decoder& decoder, std::string_view message, RawMetricPoint& point) {
  List<KeyValue> attributes(decoder);
  List<RawExemplar> exemplars(decoder);
  List<uint64_t> counts(decoder);
  List<double> bounds(decoder);
  for_each_field(decoder, message, "HistogramDataPoint", [&](Field& field) {
    switch (field.tag()) {
      case 2: point.start_time_unix_nano = fixed64_of(field); break;
      case 3: point.time_unix_nano = fixed64_of(field); break;
      case 4: point.count = fixed64_of(field); break;
      case 5: set_optional(field, point.has_sum, point.sum); break;
      case 6: push_fixed64(field, counts); break;
      case 7: push_double(field, bounds); break;
      case 8: read_exemplar(decoder, bytes_of(field), exemplars.add()); break;
      case 9: read_key_value(decoder, bytes_of(field), attributes.add()); break;
      case 10: point.flags = uint32_of(field); break;
      case 11: set_optional(field, point.has_min, point.min); break;
      case 12: set_optional(field, point.has_max, point.max); break;
      default: field.skip();
    }
  });
  attributes.append_to(point.attributes);
  exemplars.append_to(point.exemplars);
  counts.append_to(point.bucket_counts);
  bounds.append_to(point.explicit_bounds);
}

void read_buckets(Decoder& decoder, std::string_view message, RawBuckets& buckets) {
  buckets.present = true;
  List<uint64_t> counts(decoder);
  for_each_field(decoder, message, "Buckets", [&](Field& field) {
    switch (field.tag()) {
      case 1: buckets.offset = sint32_of(field); break;
      case 2: push_varint(field, counts); break;
      default: field.skip();
    }
  });
  counts.append_to(buckets.bucket_counts);
}

void read_exponential_point(Decoder& decoder, std::string_view message, RawMetricPoint& point) {
  List<KeyValue> attributes(decoder);
  List<RawExemplar> exemplars(decoder);
  for_each_field(decoder, message, "ExponentialHistogramDataPoint", [&](Field& field) {
    switch (field.tag()) {
      case 1: read_key_value(decoder, bytes_of(field), attributes.add()); break;
      case 2: point.start_time_unix_nano = fixed64_of(field); break;
      case 3: point.time_unix_nano = fixed64_of(field); break;
      case 4: point.count = fixed64_of(field); break;
      case 5: set_optional(field, point.has_sum, point.sum); break;
      case 6: point.scale = sint32_of(field); break;
      case 7: point.zero_count = fixed64_of(field); break;
      case 8: read_buckets(decoder, bytes_of(field), point.positive); break;
      case 9: read_buckets(decoder, bytes_of(field), point.negative); break;
      case 10: point.flags = uint32_of(field); break;
      case 11: read_exemplar(decoder, bytes_of(field), exemplars.add()); break;
      case 12: set_optional(field, point.has_min, point.min); break;
      case 13: set_optional(field, point.has_max, point.max); break;
      case 14: point.zero_threshold = double_of(field); break;
      default: field.skip();
    }
  });
  attributes.append_to(point.attributes);
  exemplars.append_to(point.exemplars);
}

void read_quantile(const Decoder& decoder, std::string_view message, RawQuantile& quantile) {
  for_each_field(decoder, message, "ValueAtQuantile", [&](Field& field) {
    switch (field.tag()) {
      case 1: quantile.quantile = double_of(field); break;
      case 2: quantile.value = double_of(field); break;
      default: field.skip();
    }
  });
}

void read_summary_point(Decoder& decoder, std::string_view message, RawMetricPoint& point) {
  point.has_sum = true;  // no optional field in this message: absent is zero
  List<KeyValue> attributes(decoder);
  List<RawQuantile> quantiles(decoder);
  for_each_field(decoder, message, "SummaryDataPoint", [&](Field& field) {
    switch (field.tag()) {
      case 2: point.start_time_unix_nano = fixed64_of(field); break;
      case 3: point.time_unix_nano = fixed64_of(field); break;
      case 4: point.count = fixed64_of(field); break;
      case 5: point.sum = double_of(field); break;
      case 6: read_quantile(decoder, bytes_of(field), quantiles.add()); break;
      case 7: read_key_value(decoder, bytes_of(field), attributes.add()); break;
      case 8: point.flags = uint32_of(field); break;
      default: field.skip();
    }
  });
  attributes.append_to(point.attributes);
  quantiles.append_to(point.quantiles);
}

void read_point(Decoder& decoder, std::string_view message, MetricType type, RawMetricPoint& point) {
  switch (type) {
    case MetricType::none: return;
    case MetricType::gauge:
    case MetricType::sum: return read_number_point(decoder, message, point);
    case MetricType::histogram: return read_histogram_point(decoder, message, point);
    case MetricType::exponential_histogram: return read_exponential_point(decoder, message, point);
    case MetricType::summary: return read_summary_point(decoder, message, point);
  }
}

// Gauge, Sum, Histogram, ExponentialHistogram and Summary share field numbers and differ in which they have.
void read_data(Decoder& decoder, std::string_view message, MetricType type, RawMetric& metric) {
  if (metric.type != type) {
    metric.type = type;  // another member of the oneof takes the place of the earlier
    metric.points = {};
    metric.aggregation_temporality = 0;
    metric.is_monotonic = false;
  }
  const bool has_temporality = type != MetricType::gauge && type != MetricType::summary;
  List<RawMetricPoint> points(decoder);
  for_each_field(decoder, message, "Metric.data", [&](Field& field) {
    if (field.tag() == 1) {
      read_point(decoder, bytes_of(field), type, points.add());
    } else if (field.tag() == 2 && has_temporality) {
      metric.aggregation_temporality = enum_of(field);
    } else if (field.tag() == 3 && type == MetricType::sum) {
      metric.is_monotonic = varint_of(field) != 0;
    } else {
      field.skip();
    }
  });
  points.append_to(metric.points);
}

}  // namespace

void read_metric(Decoder& decoder, std::string_view message, RawMetric& metric) {
  List<KeyValue> metadata(decoder);
  for_each_field(decoder, message, "Metric", [&](Field& field) {
    switch (field.tag()) {
      case 1: metric.name = bytes_of(field); break;
      case 2: metric.description = bytes_of(field); break;
      case 3: metric.unit = bytes_of(field); break;
      case 5:
      case 7:
      case 9:
      case 10:
      case 11: {
        const auto type = static_cast<MetricType>(field.tag());
        read_data(decoder, bytes_of(field), type, metric);
        break;
      }
      case 12: read_key_value(decoder, bytes_of(field), metadata.add()); break;
      default: field.skip();
    }
  });
  metadata.append_to(metric.metadata);
}

void read_metrics(Decoder& decoder, std::string_view request, RawBatch& batch) {
  read_envelopes(decoder, request, {"ExportMetricsServiceRequest", "ResourceMetrics", "ScopeMetrics"}, batch.metrics,
                 [&](std::string_view message, RawMetric& metric) { read_metric(decoder, message, metric); });
}

}  // namespace strobe::otlp::protobuf
