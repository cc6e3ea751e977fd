#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "otlp/otlp.h"
#include "otlp/reference_test_util.h"

namespace strobe::otlp {
namespace {

using testing::HasSubstr;

// One field of wire type 2.
std::string field(int tag, const std::string& content) {
  std::string bytes(1, static_cast<char>(tag << 3 | 2));
  size_t size = content.size();
  for (; size > 0x7f; size >>= 7) bytes += static_cast<char>(size | 0x80);
  return bytes + static_cast<char>(size) + content;
}

std::string request_with_span(const std::string& span) { return field(1, field(2, field(2, span))); }

Result<RawBatch> decode_span(const std::string& span) {
  return decode_protobuf(Signal::traces, body_of(request_with_span(span)));
}

std::string error_of(const Result<RawBatch>& result) {
  return result.has_value() ? "no error" : result.error().message;
}

TEST(DecodeProtobuf, an_empty_body_is_an_empty_batch) {
  for (const Signal signal : {Signal::traces, Signal::logs, Signal::metrics}) {
    const auto batch = decode_protobuf(signal, body_of(""));
    ASSERT_TRUE(batch.has_value());
    EXPECT_TRUE(batch->spans.empty() && batch->logs.empty() && batch->metrics.empty());
  }
}

TEST(DecodeProtobuf, strings_are_views_into_the_body) {
  const auto batch = decode_span(field(5, "a name"));
  ASSERT_TRUE(batch.has_value());
  const std::string_view name = batch->spans.at(0).name;
  EXPECT_EQ(name, "a name");
  EXPECT_GE(name.data(), batch->body->data());
  EXPECT_LT(name.data(), batch->body->data() + batch->body->size());
}

TEST(DecodeProtobuf, a_resource_and_scope_behind_the_spans_are_theirs) {
  const std::string scope_spans = field(2, field(5, "s")) + field(1, field(1, "scope")) + field(3, "scope url");
  const std::string resource = field(1, field(1, "service.name") + field(2, field(1, "svc")));
  const auto batch =
      decode_protobuf(Signal::traces, body_of(field(1, field(3, "url") + field(2, scope_spans) + field(1, resource))));
  ASSERT_TRUE(batch.has_value()) << error_of(batch);
  const RawSpan& span = batch->spans.at(0);
  EXPECT_EQ(span.scope->name, "scope");
  EXPECT_EQ(span.scope->schema_url, "scope url");
  EXPECT_EQ(span.resource->schema_url, "url");
  ASSERT_NE(find_attribute(span.resource->attributes, "service.name"), nullptr);
  EXPECT_EQ(find_attribute(span.resource->attributes, "service.name")->as_text(), "svc");
}

TEST(DecodeProtobuf, a_span_without_resource_and_scope_gets_empty_ones) {
  const auto batch = decode_span("");
  ASSERT_TRUE(batch.has_value());
  ASSERT_NE(batch->spans.at(0).resource, nullptr);
  ASSERT_NE(batch->spans.at(0).scope, nullptr);
}

TEST(DecodeProtobuf, unknown_fields_of_every_wire_type_are_skipped) {
  const std::string unknown = std::string("\xa0\x06\x96\x01", 4) +  // 100, varint
                              std::string(
                                  "\xa1\x06"
                                  "12345678",
                                  10) +  // fixed64
                              std::string(
                                  "\xa2\x06\x03"
                                  "abc",
                                  6) +  // bytes
                              std::string(
                                  "\xa5\x06"
                                  "1234",
                                  6);  // fixed32
  const auto batch = decode_span(unknown + field(5, "n") + unknown);
  ASSERT_TRUE(batch.has_value()) << error_of(batch);
  EXPECT_EQ(batch->spans.at(0).name, "n");
}

TEST(DecodeProtobuf, the_last_member_of_a_oneof_wins) {
  const std::string value = field(1, "text") + std::string("\x18\x07", 2) + std::string("\x10\x01", 2);
  const auto batch = decode_span(field(9, field(1, "k") + field(2, value)));
  ASSERT_TRUE(batch.has_value());
  const Value& read = batch->spans.at(0).attributes[0].value;
  EXPECT_EQ(read.type, ValueType::boolean);
  EXPECT_TRUE(read.boolean);
}

TEST(DecodeProtobuf, invalid_utf8_is_kept) {
  const auto batch = decode_span(field(5, "a\xff\xc3"));
  ASSERT_TRUE(batch.has_value());
  EXPECT_EQ(batch->spans.at(0).name, "a\xff\xc3");
}

TEST(DecodeProtobuf, ids_of_any_length_pass) {
  const auto batch = decode_span(field(1, "short") + field(2, std::string(40, 'x')));
  ASSERT_TRUE(batch.has_value());
  EXPECT_EQ(batch->spans.at(0).trace_id, "short");
  EXPECT_EQ(batch->spans.at(0).span_id.size(), 40u);
}

TEST(DecodeProtobuf, repeated_numbers_come_packed_or_one_by_one) {
  const std::string one(8, '\x01'), two(8, '\x02');
  const std::string unpacked = "\x31" + one + field(6, two + one) + "\x31" + two + "\x39" + one;
  Arena arena;
  const auto metric = decode_metric(field(9, field(1, unpacked)), arena);
  ASSERT_TRUE(metric.has_value()) << metric.error().message;
  const RawMetricPoint& point = metric->points[0];
  const uint64_t first = 0x0101010101010101, second = 0x0202020202020202;
  EXPECT_THAT(std::vector(point.bucket_counts.begin(), point.bucket_counts.end()),
              testing::ElementsAre(first, second, first, second));
  EXPECT_EQ(point.explicit_bounds.size(), 1u);

  // Buckets of exponential histograms are varints.
  const std::string buckets = std::string("\x10\x05", 2) + field(2, "\x01\x96\x01");
  const auto exponential = decode_metric(field(10, field(1, field(8, buckets))), arena);
  ASSERT_TRUE(exponential.has_value()) << exponential.error().message;
  const auto counts = exponential->points[0].positive.bucket_counts;
  EXPECT_THAT(std::vector(counts.begin(), counts.end()), testing::ElementsAre(5, 1, 150));
}

TEST(DecodeProtobuf, a_wrong_wire_type_is_an_error_that_names_the_message) {
  EXPECT_THAT(error_of(decode_span(std::string("\x38\x01", 2))), HasSubstr("malformed protobuf in Span at byte"));
  EXPECT_THAT(error_of(decode_span(std::string("\x28\x01", 2))), HasSubstr("wrong wire type"));
  EXPECT_THAT(error_of(decode_span(field(6, "x"))), HasSubstr("wrong wire type"));
  EXPECT_THAT(error_of(decode_span(field(16, "x"))), HasSubstr("malformed"));
  EXPECT_THAT(error_of(decode_span(field(9, field(2, std::string("\x20\x01", 2))))), HasSubstr("AnyValue"));
}

TEST(DecodeProtobuf, every_field_in_every_wrong_wire_type_is_an_error_or_skipped) {
  const std::string contents[] = {"", "\x01", "\x01\x01", std::string(4, '\x01'), std::string(8, '\x01')};
  for (const Signal signal : {Signal::traces, Signal::logs, Signal::metrics}) {
    for (int level = 1; level <= 12; ++level) {
      for (int tag = 1; tag <= 15; ++tag) {
        for (const int type : {0, 1, 2, 3, 4, 5, 6, 7}) {
          std::string body(1, static_cast<char>(tag << 3 | type));
          for (const std::string& content : contents) {
            std::string wrapped = body + content;
            for (int i = 0; i < level; ++i) wrapped = field(i % 3 == 0 ? 1 : 2, wrapped);
            (void)decode_protobuf(signal, body_of(wrapped));
          }
        }
      }
    }
  }
}

TEST(DecodeProtobuf, a_length_beyond_the_end_is_an_error) {
  const auto batch = decode_protobuf(Signal::traces, body_of(std::string("\x0a\x05"
                                                                         "a",
                                                                         3)));
  EXPECT_EQ(batch.error().code, ErrorCode::invalid);
  EXPECT_THAT(batch.error().message, HasSubstr("malformed protobuf in ExportTraceServiceRequest at byte 2"));
}

TEST(DecodeProtobuf, a_request_cut_at_any_byte_is_an_error_or_a_shorter_result) {
  std::mt19937_64 random(7);
  reference::TracesData traces;
  fill_at_random(traces, random, Ids::as_bytes);
  reference::MetricsData metrics;
  fill_at_random(metrics, random, Ids::as_bytes);
  reference::LogsData logs;
  fill_at_random(logs, random, Ids::as_bytes);
  const std::pair<Signal, std::string> requests[] = {{Signal::traces, traces.SerializeAsString()},
                                                     {Signal::logs, logs.SerializeAsString()},
                                                     {Signal::metrics, metrics.SerializeAsString()}};
  for (const auto& [signal, whole] : requests) {
    const auto count_of = [](const RawBatch& batch) {
      return batch.spans.size() + batch.logs.size() + batch.metrics.size();
    };
    const auto complete = decode_protobuf(signal, body_of(whole));
    ASSERT_TRUE(complete.has_value());
    for (size_t size = 0; size < whole.size(); ++size) {
      const auto batch = decode_protobuf(signal, body_of(whole.substr(0, size)));
      if (!batch.has_value()) continue;
      EXPECT_LE(count_of(*batch), count_of(*complete));
    }
  }
}

TEST(DecodeProtobuf, random_damage_never_crashes) {
  std::mt19937_64 random(11);
  for (int round = 0; round < 300; ++round) {
    reference::MetricsData metrics;
    fill_at_random(metrics, random, Ids::as_bytes);
    std::string bytes = metrics.SerializeAsString();
    for (int i = 0; i < 4 && !bytes.empty(); ++i) bytes[random() % bytes.size()] = static_cast<char>(random());
    for (const Signal signal : {Signal::traces, Signal::logs, Signal::metrics}) {
      (void)decode_protobuf(signal, body_of(bytes));
    }
  }
}

std::string nested_value(int levels) {
  std::string value = field(1, "x");
  for (int i = 1; i < levels; ++i) value = field(i % 2 == 0 ? 6 : 5, field(1, i % 2 == 0 ? field(2, value) : value));
  return value;
}

TEST(DecodeProtobuf, values_nest_to_the_named_depth_and_no_deeper) {
  EXPECT_TRUE(decode_span(field(9, field(2, nested_value(k_value_depth_max)))).has_value());
  const auto deeper = decode_span(field(9, field(2, nested_value(k_value_depth_max + 1))));
  EXPECT_THAT(error_of(deeper), HasSubstr("nested more than 64 levels"));
  EXPECT_FALSE(decode_span(field(9, field(2, nested_value(20000)))).has_value());
}

TEST(DecodeProtobuf, a_million_attributes_are_read_in_linear_time) {
  std::string span;
  const std::string attribute = field(9, field(1, "key") + field(2, field(1, "v")));
  for (int i = 0; i < 1'000'000; ++i) span += attribute;
  const auto start = std::chrono::steady_clock::now();
  const auto batch = decode_span(span);
  const auto took = std::chrono::steady_clock::now() - start;
  ASSERT_TRUE(batch.has_value()) << error_of(batch);
  EXPECT_EQ(batch->spans.at(0).attributes.size(), 1'000'000u);
  EXPECT_LT(took, std::chrono::seconds(10));
}

TEST(DecodeProtobuf, two_bytes_a_span_do_not_eat_the_memory) {
  std::string spans;
  for (int i = 0; i < 4'000'000; ++i) spans += std::string("\x12\x00", 2);
  const auto batch = decode_protobuf(Signal::traces, body_of(field(1, field(2, spans))));
  ASSERT_FALSE(batch.has_value());
  EXPECT_EQ(batch.error().code, ErrorCode::too_large);
  EXPECT_THAT(batch.error().message, HasSubstr("too much memory"));
}

TEST(DecodeProtobuf, an_array_sent_in_many_parts_is_refused_before_it_goes_quadratic) {
  std::string value;
  for (int i = 0; i < 100'000; ++i) value += field(5, field(1, ""));
  const auto batch = decode_span(field(9, field(2, value)));
  ASSERT_FALSE(batch.has_value());
  EXPECT_EQ(batch.error().code, ErrorCode::too_large);
}

}  // namespace
}  // namespace strobe::otlp
