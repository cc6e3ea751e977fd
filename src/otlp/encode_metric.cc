#include "otlp/encode_common.h"
#include "otlp/otlp.h"

namespace strobe::otlp {

namespace {

using encode::add_attributes;
using encode::Message;
using NumberType = RawExemplar::NumberType;

// The oneof {as_double, as_int} is written even when zero: it says which.
template <typename Holder>
void write_number(Message& message, const Holder& holder, uint32_t double_tag, uint32_t int_tag) {
  if (holder.number_type == NumberType::float64) message.writer.add_double(double_tag, holder.as_double);
  if (holder.number_type == NumberType::int64) message.writer.add_sfixed64(int_tag, holder.as_int);
}

void write_optional(Message& message, uint32_t tag, bool has, double value) {
  if (has) message.writer.add_double(tag, value);
}

void write_exemplars(Message& message, uint32_t tag, std::span<const RawExemplar> exemplars) {
  for (const RawExemplar& exemplar : exemplars) {
    message.message(tag, [&](Message& inner) {
      inner.fixed64(2, exemplar.time_unix_nano);
      inner.text(4, exemplar.span_id);
      inner.text(5, exemplar.trace_id);
      write_number(inner, exemplar, 3, 6);
      add_attributes(inner, 7, exemplar.filtered_attributes);
    });
  }
}

void write_number_point(Message& message, const RawMetricPoint& point) {
  message.fixed64(2, point.start_time_unix_nano);
  message.fixed64(3, point.time_unix_nano);
  write_number(message, point, 4, 6);
  write_exemplars(message, 5, point.exemplars);
  add_attributes(message, 7, point.attributes);
  message.uint32(8, point.flags);
}

void write_histogram_point(Message& message, const RawMetricPoint& point) {
  message.fixed64(2, point.start_time_unix_nano);
  message.fixed64(3, point.time_unix_nano);
  message.fixed64(4, point.count);
  write_optional(message, 5, point.has_sum, point.sum);
  message.writer.add_packed_fixed64(6, point.bucket_counts.begin(), point.bucket_counts.end());
  message.writer.add_packed_double(7, point.explicit_bounds.begin(), point.explicit_bounds.end());
  write_exemplars(message, 8, point.exemplars);
  add_attributes(message, 9, point.attributes);
  message.uint32(10, point.flags);
  write_optional(message, 11, point.has_min, point.min);
  write_optional(message, 12, point.has_max, point.max);
}

void write_buckets(Message& message, uint32_t tag, const RawBuckets& buckets) {
  if (!buckets.present) return;
  message.message(tag, [&](Message& inner) {
    inner.sint32(1, buckets.offset);
    inner.writer.add_packed_uint64(2, buckets.bucket_counts.begin(), buckets.bucket_counts.end());
  });
}

void write_exponential_point(Message& message, const RawMetricPoint& point) {
  add_attributes(message, 1, point.attributes);
  message.fixed64(2, point.start_time_unix_nano);
  message.fixed64(3, point.time_unix_nano);
  message.fixed64(4, point.count);
  write_optional(message, 5, point.has_sum, point.sum);
  message.sint32(6, point.scale);
  message.fixed64(7, point.zero_count);
  write_buckets(message, 8, point.positive);
  write_buckets(message, 9, point.negative);
  message.uint32(10, point.flags);
  write_exemplars(message, 11, point.exemplars);
  write_optional(message, 12, point.has_min, point.min);
  write_optional(message, 13, point.has_max, point.max);
  message.float64(14, point.zero_threshold);
}

void write_summary_point(Message& message, const RawMetricPoint& point) {
  message.fixed64(2, point.start_time_unix_nano);
  message.fixed64(3, point.time_unix_nano);
  message.fixed64(4, point.count);
  message.float64(5, point.sum);
  for (const RawQuantile& quantile : point.quantiles) {
    message.message(6, [&](Message& inner) {
      inner.float64(1, quantile.quantile);
      inner.float64(2, quantile.value);
    });
  }
  add_attributes(message, 7, point.attributes);
  message.uint32(8, point.flags);
}

void write_point(Message& message, MetricType type, const RawMetricPoint& point) {
  switch (type) {
    case MetricType::none: return;
    case MetricType::gauge:
    case MetricType::sum: return write_number_point(message, point);
    case MetricType::histogram: return write_histogram_point(message, point);
    case MetricType::exponential_histogram: return write_exponential_point(message, point);
    case MetricType::summary: return write_summary_point(message, point);
  }
}

}  // namespace

std::string encode_metric_point(const RawMetric& metric, const RawMetricPoint& point) {
  std::string out;
  Message message{out, protozero::pbf_writer(out)};
  message.text(1, metric.name);
  message.text(2, metric.description);
  message.text(3, metric.unit);
  if (metric.type != MetricType::none) {
    message.message(static_cast<uint32_t>(metric.type), [&](Message& data) {
      data.message(1, [&](Message& inner) { write_point(inner, metric.type, point); });
      data.enumeration(2, metric.aggregation_temporality);
      data.boolean(3, metric.is_monotonic);
    });
  }
  add_attributes(message, 12, metric.metadata);
  return out;
}

}  // namespace strobe::otlp
