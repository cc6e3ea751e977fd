#include "view/metric_list.h"

#include <cstdio>

#include "view/attributes_json.h"
#include "view/session_json.h"
#include "view/table.h"

namespace strobe::view {

namespace {

using NumberType = RawExemplar::NumberType;

// A client may put any number there: beyond this it is said, not read out.
constexpr size_t k_attributes_bytes_max = 300;

std::string_view name_of(MetricType type) {
  switch (type) {
    case MetricType::none: break;
    case MetricType::gauge: return "gauge";
    case MetricType::sum: return "sum";
    case MetricType::histogram: return "histogram";
    case MetricType::exponential_histogram: return "exponential_histogram";
    case MetricType::summary: return "summary";
  }
  return "unknown";
}

bool has_count(MetricType type) {
  return type == MetricType::histogram || type == MetricType::exponential_histogram || type == MetricType::summary;
}

std::string number_text(double value) {
  char text[40];
  std::snprintf(text, sizeof text, "%.6g", value);
  return text;
}

std::string value_text(MetricType type, const RawMetricPoint& point) {
  if (has_count(type)) {
    const bool has_sum = point.has_sum || type == MetricType::summary;
    return count(static_cast<int64_t>(point.count)) + " / " + (has_sum ? number_text(point.sum) : "-");
  }
  switch (point.number_type) {
    case NumberType::int64: return count(point.as_int);
    case NumberType::float64: return number_text(point.as_double);
    case NumberType::none: break;
  }
  return "-";
}

std::string attributes_text(std::span<const KeyValue> attributes) {
  std::string text;
  for (const KeyValue& attribute : attributes) {
    if (text.size() > k_attributes_bytes_max) return text + " ...";
    if (!text.empty()) text += ' ';
    text += attribute.key;
    text += '=';
    if (attribute.value.is_string()) {
      text += attribute.value.as_text();
    } else {
      json::Writer writer;
      write_value(writer, attribute.value);
      text += writer.take();
    }
  }
  return text;
}

const RawMetricPoint& point_of(const MetricLine& line) {
  static const RawMetricPoint none;
  return line.metric.points.empty() ? none : line.metric.points.front();
}

// Integers that a double cannot hold as strings.
void write_int(json::Writer& writer, int64_t value) { write_value(writer, Value::of_int64(value)); }

void write_optional(json::Writer& writer, const char* key, bool is_there, double value) {
  writer.key(key);
  is_there ? writer.float64(value) : writer.null();
}

void write_number(json::Writer& writer, const RawMetricPoint& point, bool is_number) {
  writer.key("value");
  if (!is_number || point.number_type == NumberType::none) {
    writer.null();
  } else if (point.number_type == NumberType::int64) {
    write_int(writer, point.as_int);
  } else {
    writer.float64(point.as_double);
  }
}

void write_distribution(json::Writer& writer, MetricType type, const RawMetricPoint& point) {
  writer.key("count");
  if (has_count(type)) {
    writer.uint64(point.count);
  } else {
    writer.null();
  }
  write_optional(writer, "sum", point.has_sum || type == MetricType::summary, point.sum);
  write_optional(writer, "min", point.has_min, point.min);
  write_optional(writer, "max", point.has_max, point.max);
  writer.key("explicit_bounds").begin_array();
  for (const double bound : point.explicit_bounds) writer.float64(bound);
  writer.end_array();
  writer.key("bucket_counts").begin_array();
  for (const uint64_t in_bucket : point.bucket_counts) writer.uint64(in_bucket);
  writer.end_array();
}

void write_line(json::Writer& writer, const MetricLine& line) {
  const RawMetric& metric = line.metric;
  const RawMetricPoint& point = point_of(line);
  writer.begin_object();
  writer.key("time_unix_ns").string(std::to_string(line.time.ns));
  writer.key("start_unix_ns");
  if (point.start_time_unix_nano == 0) {
    writer.null();
  } else {
    writer.string(std::to_string(point.start_time_unix_nano));
  }
  writer.key("name").string(metric.name);
  writer.key("type").string(name_of(metric.type));
  write_text_or_null(writer, "unit", metric.unit);
  write_text_or_null(writer, "description", metric.description);
  write_text_or_null(writer, "service", line.service);
  constexpr const char* k_temporalities[] = {"", "delta", "cumulative"};
  const int temporality = metric.aggregation_temporality;
  write_text_or_null(writer, "temporality", temporality >= 0 && temporality <= 2 ? k_temporalities[temporality] : "");
  writer.key("is_monotonic");
  metric.type == MetricType::sum ? writer.boolean(metric.is_monotonic) : writer.null();
  write_number(writer, point, !has_count(metric.type));
  write_distribution(writer, metric.type, point);
  writer.key("attributes");
  write_attributes(writer, point.attributes);
  writer.end_object();
}

}  // namespace

std::string metrics_text(std::span<const MetricLine> lines, const TextStyle& style) {
  const std::vector<Column> columns = {{"TIME"},
                                       {.title = "NAME", .flexible = true},
                                       {.title = "TYPE", .optional = true},
                                       {.title = "VALUE", .right_aligned = true},
                                       {.title = "UNIT", .optional = true},
                                       {.title = "ATTRIBUTES", .flexible = true, .optional = true},
                                       {.title = "SERVICE", .optional = true}};
  std::vector<std::vector<std::string>> cells;
  for (const MetricLine& line : lines) {
    const RawMetricPoint& point = point_of(line);
    cells.push_back({timestamp(line.time), std::string(line.metric.name), std::string(name_of(line.metric.type)),
                     value_text(line.metric.type, point), std::string(line.metric.unit),
                     attributes_text(point.attributes), line.service});
  }
  return render_table(columns, cells, style);
}

std::string metrics_json(std::span<const MetricLine> lines) {
  json::Writer writer(json::Layout::pretty);
  writer.begin_array();
  for (const MetricLine& line : lines) write_line(writer, line);
  writer.end_array();
  return writer.take() + "\n";
}

}  // namespace strobe::view
