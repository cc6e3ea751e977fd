#include "otlp/json_common.h"

namespace strobe::otlp::from_json {

namespace {

using NumberType = RawExemplar::NumberType;

constexpr std::string_view k_temporality_names[] = {"UNSPECIFIED", "DELTA", "CUMULATIVE"};

template <typename Holder>
void set_double(Reader& reader, const Node& value, const Place& at, Holder& holder) {
  holder.as_double = reader.float64(value, at);
  holder.as_int = 0;
  holder.number_type = NumberType::float64;
}
template <typename Holder>
void set_int(Reader& reader, const Node& value, const Place& at, Holder& holder) {
  holder.as_int = reader.int64(value, at);
  holder.as_double = 0;
  holder.number_type = NumberType::int64;
}

void set_optional(Reader& reader, const Node& value, const Place& at, bool& has, double& number) {
  number = reader.float64(value, at);
  has = true;
}

std::span<const uint64_t> read_counts(Reader& reader, const Node& node, const Place& at) {
  return reader.list<uint64_t>(node, at, [&](const Node& element, const Place& place, uint64_t& count) {
    if (element.type != json::Type::null) count = reader.uint64(element, place);
  });
}

void read_exemplar(Reader& reader, const Node& node, const Place& place, RawExemplar& exemplar) {
  for_each_member(reader, node, place, [&](std::string_view name, const Node& value, const Place& at) {
    if (name == "timeUnixNano") exemplar.time_unix_nano = reader.uint64(value, at);
    if (name == "asDouble") set_double(reader, value, at, exemplar);
    if (name == "asInt") set_int(reader, value, at, exemplar);
    if (name == "spanId") exemplar.span_id = reader.id(value, at);
    if (name == "traceId") exemplar.trace_id = reader.id(value, at);
    if (name == "filteredAttributes") exemplar.filtered_attributes = read_attributes(reader, value, at);
  });
}

void read_buckets(Reader& reader, const Node& node, const Place& place, RawBuckets& buckets) {
  buckets.present = true;
  for_each_member(reader, node, place, [&](std::string_view name, const Node& value, const Place& at) {
    if (name == "offset") buckets.offset = reader.int32(value, at);
    if (name == "bucketCounts") buckets.bucket_counts = read_counts(reader, value, at);
  });
}

void read_quantile(Reader& reader, const Node& node, const Place& place, RawQuantile& quantile) {
  for_each_member(reader, node, place, [&](std::string_view name, const Node& value, const Place& at) {
    if (name == "quantile") quantile.quantile = reader.float64(value, at);
    if (name == "value") quantile.value = reader.float64(value, at);
  });
}

// Fields that every kind of point has.
void read_common(Reader& reader, std::string_view name, const Node& value, const Place& at, RawMetricPoint& point) {
  if (name == "attributes") point.attributes = read_attributes(reader, value, at);
  if (name == "startTimeUnixNano") point.start_time_unix_nano = reader.uint64(value, at);
  if (name == "timeUnixNano") point.time_unix_nano = reader.uint64(value, at);
  if (name == "flags") point.flags = reader.uint32(value, at);
}

void read_exemplars(Reader& reader, const Node& node, const Place& at, RawMetricPoint& point) {
  point.exemplars =
      reader.list<RawExemplar>(node, at, [&](const Node& element, const Place& place, RawExemplar& exemplar) {
        read_exemplar(reader, element, place, exemplar);
      });
}

// Fields of histograms of both kinds.
void read_distribution(Reader& reader, std::string_view name, const Node& value, const Place& at,
                       RawMetricPoint& point) {
  if (name == "count") point.count = reader.uint64(value, at);
  if (name == "sum") set_optional(reader, value, at, point.has_sum, point.sum);
  if (name == "min") set_optional(reader, value, at, point.has_min, point.min);
  if (name == "max") set_optional(reader, value, at, point.has_max, point.max);
  if (name == "exemplars") read_exemplars(reader, value, at, point);
}

// One field of a point. Fields that the type does not have are unknown fields.
void read_point_field(Reader& reader, MetricType type, std::string_view name, const Node& value, const Place& at,
                      RawMetricPoint& point) {
  switch (type) {
    case MetricType::none: return;
    case MetricType::gauge:
    case MetricType::sum:
      if (name == "asDouble") set_double(reader, value, at, point);
      if (name == "asInt") set_int(reader, value, at, point);
      if (name == "exemplars") read_exemplars(reader, value, at, point);
      return;
    case MetricType::histogram:
      read_distribution(reader, name, value, at, point);
      if (name == "bucketCounts") point.bucket_counts = read_counts(reader, value, at);
      if (name == "explicitBounds") {
        point.explicit_bounds =
            reader.list<double>(value, at, [&](const Node& element, const Place& place, double& bound) {
              if (element.type != json::Type::null) bound = reader.float64(element, place);
            });
      }
      return;
    case MetricType::exponential_histogram:
      read_distribution(reader, name, value, at, point);
      if (name == "scale") point.scale = reader.int32(value, at);
      if (name == "zeroCount") point.zero_count = reader.uint64(value, at);
      if (name == "zeroThreshold") point.zero_threshold = reader.float64(value, at);
      if (name == "positive") read_buckets(reader, value, at, point.positive);
      if (name == "negative") read_buckets(reader, value, at, point.negative);
      return;
    case MetricType::summary:
      if (name == "count") point.count = reader.uint64(value, at);
      if (name == "sum") point.sum = reader.float64(value, at);
      if (name == "quantileValues") {
        point.quantiles =
            reader.list<RawQuantile>(value, at, [&](const Node& element, const Place& place, RawQuantile& quantile) {
              read_quantile(reader, element, place, quantile);
            });
      }
      return;
  }
}

void read_data(Reader& reader, const Node& node, const Place& place, MetricType type, RawMetric& metric) {
  metric.type = type;
  metric.points = {};
  metric.aggregation_temporality = 0;
  metric.is_monotonic = false;
  const auto read_point = [&](const Node& element, const Place& element_place, RawMetricPoint& point) {
    point.has_sum = type == MetricType::summary;  // not optional there: absent is zero
    for_each_member(reader, element, element_place, [&](std::string_view name, const Node& value, const Place& at) {
      read_common(reader, name, value, at, point);
      read_point_field(reader, type, name, value, at, point);
    });
  };
  const bool has_temporality = type != MetricType::gauge && type != MetricType::summary;
  for_each_member(reader, node, place, [&](std::string_view name, const Node& value, const Place& at) {
    if (name == "dataPoints") {
      metric.points = reader.list<RawMetricPoint>(value, at, read_point);
    } else if (name == "aggregationTemporality" && has_temporality) {
      metric.aggregation_temporality = reader.enumeration(value, at, "AGGREGATION_TEMPORALITY_", k_temporality_names);
    } else if (name == "isMonotonic" && type == MetricType::sum) {
      metric.is_monotonic = reader.boolean(value, at);
    }
  });
}

void read_metric(Reader& reader, const Node& node, const Place& place, RawMetric& metric) {
  for_each_member(reader, node, place, [&](std::string_view name, const Node& value, const Place& at) {
    if (name == "name") metric.name = reader.text(value, at);
    if (name == "description") metric.description = reader.text(value, at);
    if (name == "unit") metric.unit = reader.text(value, at);
    if (name == "metadata") metric.metadata = read_attributes(reader, value, at);
    if (name == "gauge") read_data(reader, value, at, MetricType::gauge, metric);
    if (name == "sum") read_data(reader, value, at, MetricType::sum, metric);
    if (name == "histogram") read_data(reader, value, at, MetricType::histogram, metric);
    if (name == "exponentialHistogram") read_data(reader, value, at, MetricType::exponential_histogram, metric);
    if (name == "summary") read_data(reader, value, at, MetricType::summary, metric);
  });
}

}  // namespace

void read_metrics(Reader& reader, const Node& document, RawBatch& batch) {
  read_envelopes(reader, document, {"resourceMetrics", "scopeMetrics", "metrics"}, batch.metrics,
                 [&](const Node& node, const Place& at, RawMetric& metric) { read_metric(reader, node, at, metric); });
}

}  // namespace strobe::otlp::from_json
