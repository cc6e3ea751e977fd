#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"

// Raw signals: OTLP as it arrived, every field, whatever the encoding was. Strings and bytes are views into the
// request body or into the batch's arena; nothing is interpreted, repaired or dropped here.
// Source of the fields: opentelemetry-proto, trace/logs/metrics/common/resource v1.

namespace strobe {

struct KeyValue;

// Stored nowhere; the packed form (context/pack.h) has numbers of its own.
enum class ValueType : uint8_t { empty, string, boolean, int64, float64, array, kvlist, bytes, stored };

// OTLP AnyValue. `stored` occurs only in signals read back from a store: the value is a big one that lives outside
// the record and has not been fetched; `number` is its place among the record's references.
struct Value {
  ValueType type = ValueType::empty;
  union {
    bool boolean;
    int64_t int64;
    double float64;
    uint64_t number;
    size_t size = 0;  // string, bytes: bytes; array, kvlist: entries
  };
  union {
    const char* text = nullptr;  // string, bytes
    const Value* items;          // array
    const KeyValue* members;     // kvlist
  };

  static Value of_string(std::string_view string) {
    Value value;
    value.type = ValueType::string;
    value.size = string.size();
    value.text = string.data();
    return value;
  }
  static Value of_bytes(std::string_view bytes) {
    Value value = of_string(bytes);
    value.type = ValueType::bytes;
    return value;
  }
  static Value of_bool(bool boolean) {
    Value value;
    value.type = ValueType::boolean;
    value.boolean = boolean;
    return value;
  }
  static Value of_int64(int64_t int64) {
    Value value;
    value.type = ValueType::int64;
    value.int64 = int64;
    return value;
  }
  static Value of_float64(double float64) {
    Value value;
    value.type = ValueType::float64;
    value.float64 = float64;
    return value;
  }
  static Value of_array(std::span<const Value> items) {
    Value value;
    value.type = ValueType::array;
    value.size = items.size();
    value.items = items.data();
    return value;
  }
  static Value of_kvlist(std::span<const KeyValue> members) {
    Value value;
    value.type = ValueType::kvlist;
    value.size = members.size();
    value.members = members.data();
    return value;
  }

  bool is_string() const { return type == ValueType::string; }
  // For string and bytes, else empty.
  std::string_view as_text() const {
    return type == ValueType::string || type == ValueType::bytes ? std::string_view(text, size) : std::string_view();
  }
  std::span<const Value> as_array() const {
    return type == ValueType::array ? std::span(items, size) : std::span<const Value>();
  }
  std::span<const KeyValue> as_kvlist() const;
};

struct KeyValue {
  std::string_view key;
  Value value;
};

inline std::span<const KeyValue> Value::as_kvlist() const {
  return type == ValueType::kvlist ? std::span(members, size) : std::span<const KeyValue>();
}

// Equal in every bit (NaN equals itself, -0.0 differs from 0.0), order of entries included.
bool identical(const Value& a, const Value& b);
bool identical(std::span<const KeyValue> a, std::span<const KeyValue> b);

// The last value under `key`, or null: OTLP wants keys unique, clients disagree, the last one wins everywhere.
const Value* find_attribute(std::span<const KeyValue> attributes, std::string_view key);

struct EntityRef {
  std::string_view schema_url;
  std::string_view type;
  std::span<const std::string_view> id_keys;
  std::span<const std::string_view> description_keys;
};

// A Resource together with the schema URL of its ResourceSpans (ResourceLogs, ResourceMetrics).
struct RawResource {
  std::span<const KeyValue> attributes;
  uint32_t dropped_attributes_count = 0;
  std::span<const EntityRef> entity_refs;
  std::string_view schema_url;
};

// An InstrumentationScope together with the schema URL of its ScopeSpans.
struct RawScope {
  std::string_view name;
  std::string_view version;
  std::span<const KeyValue> attributes;
  uint32_t dropped_attributes_count = 0;
  std::string_view schema_url;
};

struct RawEvent {
  uint64_t time_unix_nano = 0;
  std::string_view name;
  std::span<const KeyValue> attributes;
  uint32_t dropped_attributes_count = 0;
};

// Ids are bytes as sent, of any length.
struct RawLink {
  std::string_view trace_id;
  std::string_view span_id;
  std::string_view trace_state;
  std::span<const KeyValue> attributes;
  uint32_t dropped_attributes_count = 0;
  uint32_t flags = 0;
};

struct RawSpan {
  const RawResource* resource = nullptr;  // never null after decoding
  const RawScope* scope = nullptr;        // never null after decoding
  std::string_view trace_id;              // bytes as sent, of any length
  std::string_view span_id;
  std::string_view parent_span_id;
  std::string_view trace_state;
  std::string_view name;
  int32_t kind = 0;
  uint64_t start_time_unix_nano = 0;
  uint64_t end_time_unix_nano = 0;
  std::span<const KeyValue> attributes;
  uint32_t dropped_attributes_count = 0;
  std::span<const RawEvent> events;
  uint32_t dropped_events_count = 0;
  std::span<const RawLink> links;
  uint32_t dropped_links_count = 0;
  std::string_view status_message;
  int32_t status_code = 0;
  uint32_t flags = 0;
};

struct RawLog {
  const RawResource* resource = nullptr;
  const RawScope* scope = nullptr;
  uint64_t time_unix_nano = 0;
  uint64_t observed_time_unix_nano = 0;
  int32_t severity_number = 0;
  std::string_view severity_text;
  Value body;
  std::span<const KeyValue> attributes;
  uint32_t dropped_attributes_count = 0;
  uint32_t flags = 0;
  std::string_view trace_id;
  std::string_view span_id;
  std::string_view event_name;
};

// Field numbers of the oneof in Metric.
enum class MetricType : uint8_t {
  none = 0,
  gauge = 5,
  sum = 7,
  histogram = 9,
  exponential_histogram = 10,
  summary = 11
};

struct RawExemplar {
  uint64_t time_unix_nano = 0;
  enum class NumberType : uint8_t { none, float64, int64 } number_type = NumberType::none;
  double as_double = 0;
  int64_t as_int = 0;
  std::string_view span_id;
  std::string_view trace_id;
  std::span<const KeyValue> filtered_attributes;
};

struct RawBuckets {
  bool present = false;
  int32_t offset = 0;
  std::span<const uint64_t> bucket_counts;
};

struct RawQuantile {
  double quantile = 0;
  double value = 0;
};

// One data point of any metric type; fields a type does not have stay at their defaults.
struct RawMetricPoint {
  std::span<const KeyValue> attributes;
  uint64_t start_time_unix_nano = 0;
  uint64_t time_unix_nano = 0;
  uint32_t flags = 0;
  std::span<const RawExemplar> exemplars;
  RawExemplar::NumberType number_type = RawExemplar::NumberType::none;
  double as_double = 0;
  int64_t as_int = 0;
  uint64_t count = 0;
  bool has_sum = false, has_min = false, has_max = false;
  double sum = 0, min = 0, max = 0;
  std::span<const uint64_t> bucket_counts;
  std::span<const double> explicit_bounds;
  int32_t scale = 0;
  uint64_t zero_count = 0;
  double zero_threshold = 0;
  RawBuckets positive, negative;
  std::span<const RawQuantile> quantiles;
};

struct RawMetric {
  const RawResource* resource = nullptr;
  const RawScope* scope = nullptr;
  std::string_view name;
  std::string_view description;
  std::string_view unit;
  std::span<const KeyValue> metadata;
  MetricType type = MetricType::none;
  int32_t aggregation_temporality = 0;
  bool is_monotonic = false;
  std::span<const RawMetricPoint> points;
};

// What one request or one file brought. Owns the memory that the signals point into (`arena` and what `body`
// points to); movable, not copyable.
struct RawBatch {
  std::unique_ptr<Arena> arena = std::make_unique<Arena>(size_t{1} << 16);
  std::shared_ptr<const std::string> body;  // the bytes the views point into; kept alive here
  std::vector<RawSpan> spans;
  std::vector<RawLog> logs;
  std::vector<RawMetric> metrics;

  // Memory it keeps from others: body, arena and lists.
  size_t held_bytes() const {
    return (body ? body->size() : 0) + (arena ? arena->held_bytes() : 0) + spans.capacity() * sizeof(RawSpan) +
           logs.capacity() * sizeof(RawLog) + metrics.capacity() * sizeof(RawMetric);
  }
};

}  // namespace strobe
