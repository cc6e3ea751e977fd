#include "otlp/reference_test_util.h"

#include <cstdlib>

namespace strobe::otlp {

namespace {

template <typename Repeated>
void copy_attributes(std::span<const KeyValue> from, Repeated& to);

void copy_value(const Value& from, reference::AnyValue& to) {
  switch (from.type) {
    case ValueType::empty: break;
    case ValueType::string: to.set_string_value(std::string(from.as_text())); break;
    case ValueType::boolean: to.set_bool_value(from.boolean); break;
    case ValueType::int64: to.set_int_value(from.int64); break;
    case ValueType::float64: to.set_double_value(from.float64); break;
    case ValueType::bytes: to.set_bytes_value(std::string(from.as_text())); break;
    case ValueType::array:
      to.mutable_array_value();
      for (const Value& item : from.as_array()) copy_value(item, *to.mutable_array_value()->add_values());
      break;
    case ValueType::kvlist: copy_attributes(from.as_kvlist(), *to.mutable_kvlist_value()->mutable_values()); break;
    case ValueType::stored: std::abort();
  }
}

template <typename Repeated>
void copy_attributes(std::span<const KeyValue> from, Repeated& to) {
  for (const KeyValue& attribute : from) {
    auto& entry = *to.Add();
    entry.set_key(std::string(attribute.key));
    copy_value(attribute.value, *entry.mutable_value());
  }
}

void copy_resource(const RawResource& from, reference::Resource& to) {
  copy_attributes(from.attributes, *to.mutable_attributes());
  to.set_dropped_attributes_count(from.dropped_attributes_count);
  for (const EntityRef& entity : from.entity_refs) {
    auto& ref = *to.add_entity_refs();
    ref.set_schema_url(std::string(entity.schema_url));
    ref.set_type(std::string(entity.type));
    for (const auto key : entity.id_keys) ref.add_id_keys(std::string(key));
    for (const auto key : entity.description_keys) ref.add_description_keys(std::string(key));
  }
}

void copy_scope(const RawScope& from, reference::Scope& to) {
  to.set_name(std::string(from.name));
  to.set_version(std::string(from.version));
  copy_attributes(from.attributes, *to.mutable_attributes());
  to.set_dropped_attributes_count(from.dropped_attributes_count);
}

void copy_span(const RawSpan& from, reference::Span& to) {
  to.set_trace_id(std::string(from.trace_id));
  to.set_span_id(std::string(from.span_id));
  to.set_trace_state(std::string(from.trace_state));
  to.set_parent_span_id(std::string(from.parent_span_id));
  to.set_name(std::string(from.name));
  to.set_kind(static_cast<reference::SpanKind>(from.kind));
  to.set_start_time_unix_nano(from.start_time_unix_nano);
  to.set_end_time_unix_nano(from.end_time_unix_nano);
  copy_attributes(from.attributes, *to.mutable_attributes());
  to.set_dropped_attributes_count(from.dropped_attributes_count);
  for (const RawEvent& event : from.events) {
    auto& copy = *to.add_events();
    copy.set_time_unix_nano(event.time_unix_nano);
    copy.set_name(std::string(event.name));
    copy_attributes(event.attributes, *copy.mutable_attributes());
    copy.set_dropped_attributes_count(event.dropped_attributes_count);
  }
  to.set_dropped_events_count(from.dropped_events_count);
  for (const RawLink& link : from.links) {
    auto& copy = *to.add_links();
    copy.set_trace_id(std::string(link.trace_id));
    copy.set_span_id(std::string(link.span_id));
    copy.set_trace_state(std::string(link.trace_state));
    copy_attributes(link.attributes, *copy.mutable_attributes());
    copy.set_dropped_attributes_count(link.dropped_attributes_count);
    copy.set_flags(link.flags);
  }
  to.set_dropped_links_count(from.dropped_links_count);
  if (from.status_code != 0 || !from.status_message.empty()) {
    to.mutable_status()->set_message(std::string(from.status_message));
    to.mutable_status()->set_code(static_cast<reference::StatusCode>(from.status_code));
  }
  to.set_flags(from.flags);
}

void copy_log(const RawLog& from, reference::LogRecord& to) {
  to.set_time_unix_nano(from.time_unix_nano);
  to.set_observed_time_unix_nano(from.observed_time_unix_nano);
  to.set_severity_number(static_cast<reference::SeverityNumber>(from.severity_number));
  to.set_severity_text(std::string(from.severity_text));
  copy_value(from.body, *to.mutable_body());
  copy_attributes(from.attributes, *to.mutable_attributes());
  to.set_dropped_attributes_count(from.dropped_attributes_count);
  to.set_flags(from.flags);
  to.set_trace_id(std::string(from.trace_id));
  to.set_span_id(std::string(from.span_id));
  to.set_event_name(std::string(from.event_name));
}

template <typename Holder, typename Copy>
void copy_number(const Holder& from, Copy& to) {
  if (from.number_type == RawExemplar::NumberType::float64) to.set_as_double(from.as_double);
  if (from.number_type == RawExemplar::NumberType::int64) to.set_as_int(from.as_int);
}

// Fields that all points have.
template <typename Point>
void copy_common(const RawMetricPoint& from, Point& to) {
  copy_attributes(from.attributes, *to.mutable_attributes());
  to.set_start_time_unix_nano(from.start_time_unix_nano);
  to.set_time_unix_nano(from.time_unix_nano);
  to.set_flags(from.flags);
}

template <typename Point>
void copy_exemplars(const RawMetricPoint& from, Point& to) {
  for (const RawExemplar& exemplar : from.exemplars) {
    auto& copy = *to.add_exemplars();
    copy.set_time_unix_nano(exemplar.time_unix_nano);
    copy_number(exemplar, copy);
    copy.set_span_id(std::string(exemplar.span_id));
    copy.set_trace_id(std::string(exemplar.trace_id));
    copy_attributes(exemplar.filtered_attributes, *copy.mutable_filtered_attributes());
  }
}

template <typename Point>
void copy_distribution(const RawMetricPoint& from, Point& to) {
  copy_common(from, to);
  copy_exemplars(from, to);
  to.set_count(from.count);
  if (from.has_sum) to.set_sum(from.sum);
  if (from.has_min) to.set_min(from.min);
  if (from.has_max) to.set_max(from.max);
}

void copy_buckets(const RawBuckets& from, reference::Buckets& to) {
  to.set_offset(from.offset);
  for (const uint64_t count : from.bucket_counts) to.add_bucket_counts(count);
}

template <typename Data>
void copy_number_points(const RawMetric& from, Data& to) {
  for (const RawMetricPoint& point : from.points) {
    auto& copy = *to.add_data_points();
    copy_common(point, copy);
    copy_exemplars(point, copy);
    copy_number(point, copy);
  }
}

void copy_histogram(const RawMetric& from, reference::Histogram& to) {
  to.set_aggregation_temporality(static_cast<reference::AggregationTemporality>(from.aggregation_temporality));
  for (const RawMetricPoint& point : from.points) {
    auto& copy = *to.add_data_points();
    copy_distribution(point, copy);
    for (const uint64_t count : point.bucket_counts) copy.add_bucket_counts(count);
    for (const double bound : point.explicit_bounds) copy.add_explicit_bounds(bound);
  }
}

void copy_exponential(const RawMetric& from, reference::ExponentialHistogram& to) {
  to.set_aggregation_temporality(static_cast<reference::AggregationTemporality>(from.aggregation_temporality));
  for (const RawMetricPoint& point : from.points) {
    auto& copy = *to.add_data_points();
    copy_distribution(point, copy);
    copy.set_scale(point.scale);
    copy.set_zero_count(point.zero_count);
    copy.set_zero_threshold(point.zero_threshold);
    if (point.positive.present) copy_buckets(point.positive, *copy.mutable_positive());
    if (point.negative.present) copy_buckets(point.negative, *copy.mutable_negative());
  }
}

void copy_summary(const RawMetric& from, reference::Summary& to) {
  for (const RawMetricPoint& point : from.points) {
    auto& copy = *to.add_data_points();
    copy_common(point, copy);
    copy.set_count(point.count);
    copy.set_sum(point.sum);
    for (const RawQuantile& quantile : point.quantiles) {
      auto& at = *copy.add_quantile_values();
      at.set_quantile(quantile.quantile);
      at.set_value(quantile.value);
    }
  }
}

// Rebuilds the envelopes: a new one wherever the pointer changes.
template <typename Item, typename AddResource, typename AddScope, typename AddItem>
void copy_envelopes(const std::vector<Item>& items, AddResource add_resource, AddScope add_scope, AddItem add_item) {
  decltype(add_resource()) of_resource = nullptr;
  decltype(add_scope(*of_resource)) of_scope = nullptr;
  const RawResource* resource = nullptr;
  const RawScope* scope = nullptr;
  for (const Item& item : items) {
    if (item.resource != resource) {
      resource = item.resource;
      scope = nullptr;
      of_resource = add_resource();
      of_resource->set_schema_url(std::string(resource->schema_url));
      copy_resource(*resource, *of_resource->mutable_resource());
    }
    if (item.scope != scope) {
      scope = item.scope;
      of_scope = add_scope(*of_resource);
      of_scope->set_schema_url(std::string(scope->schema_url));
      copy_scope(*scope, *of_scope->mutable_scope());
    }
    add_item(item, *of_scope);
  }
}

}  // namespace

void copy_metric(const RawMetric& from, reference::Metric& to) {
  to.set_name(std::string(from.name));
  to.set_description(std::string(from.description));
  to.set_unit(std::string(from.unit));
  copy_attributes(from.metadata, *to.mutable_metadata());
  switch (from.type) {
    case MetricType::none: break;
    case MetricType::gauge: copy_number_points(from, *to.mutable_gauge()); break;
    case MetricType::sum: {
      auto& sum = *to.mutable_sum();
      sum.set_aggregation_temporality(static_cast<reference::AggregationTemporality>(from.aggregation_temporality));
      sum.set_is_monotonic(from.is_monotonic);
      copy_number_points(from, sum);
      break;
    }
    case MetricType::histogram: copy_histogram(from, *to.mutable_histogram()); break;
    case MetricType::exponential_histogram: copy_exponential(from, *to.mutable_exponential_histogram()); break;
    case MetricType::summary: copy_summary(from, *to.mutable_summary()); break;
  }
}

reference::TracesData traces_of(const RawBatch& batch) {
  reference::TracesData data;
  copy_envelopes(
      batch.spans, [&] { return data.add_resource_spans(); },
      [](reference::ResourceSpans& spans) { return spans.add_scope_spans(); },
      [](const RawSpan& span, reference::ScopeSpans& spans) { copy_span(span, *spans.add_spans()); });
  return data;
}

reference::LogsData logs_of(const RawBatch& batch) {
  reference::LogsData data;
  copy_envelopes(
      batch.logs, [&] { return data.add_resource_logs(); },
      [](reference::ResourceLogs& logs) { return logs.add_scope_logs(); },
      [](const RawLog& log, reference::ScopeLogs& logs) { copy_log(log, *logs.add_log_records()); });
  return data;
}

reference::MetricsData metrics_of(const RawBatch& batch) {
  reference::MetricsData data;
  copy_envelopes(
      batch.metrics, [&] { return data.add_resource_metrics(); },
      [](reference::ResourceMetrics& metrics) { return metrics.add_scope_metrics(); },
      [](const RawMetric& metric, reference::ScopeMetrics& metrics) { copy_metric(metric, *metrics.add_metrics()); });
  return data;
}

}  // namespace strobe::otlp
