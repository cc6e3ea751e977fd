// Against libprotobuf, which shares no line with us: what it encodes we must read alike, what we encode it must, and
// what it prints as JSON we must read as the same signals.

#include <gmock/gmock.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "otlp/otlp.h"
#include "otlp/reference_test_util.h"

namespace strobe::otlp {
namespace {

using google::protobuf::Message;

constexpr uint64_t k_rounds = 150;

// Calls `check(signal, reference, seen_by_us)` for random requests of all signals; `seen_by_us` turns a decoded
// batch into a reference message.
template <typename Check>
void for_random_requests(Ids ids, Check&& check) {
  for (uint64_t seed = 0; seed < k_rounds; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937_64 random(seed);
    reference::TracesData traces;
    fill_at_random(traces, random, ids);
    check(Signal::traces, traces, [](const RawBatch& batch) { return traces_of(batch).SerializeAsString(); });
    reference::LogsData logs;
    fill_at_random(logs, random, ids);
    check(Signal::logs, logs, [](const RawBatch& batch) { return logs_of(batch).SerializeAsString(); });
    reference::MetricsData metrics;
    fill_at_random(metrics, random, ids);
    check(Signal::metrics, metrics, [](const RawBatch& batch) { return metrics_of(batch).SerializeAsString(); });
    if (testing::Test::HasFailure()) return;
  }
}

TEST(Differential, we_read_every_field_of_protobuf_as_libprotobuf_does) {
  for_random_requests(Ids::as_bytes, [](Signal signal, const Message& message, auto seen_by_us) {
    const auto batch = decode_protobuf(signal, body_of(message.SerializeAsString()));
    ASSERT_TRUE(batch.has_value()) << batch.error().message;
    EXPECT_EQ(seen_by_us(*batch), message.SerializeAsString()) << message.ShortDebugString();
  });
}

TEST(Differential, we_read_what_libprotobuf_prints_as_json) {
  for (const bool snake_case : {false, true}) {
    for (const bool enum_numbers : {false, true}) {
      google::protobuf::util::JsonPrintOptions options;
      options.preserve_proto_field_names = snake_case;
      options.always_print_enums_as_ints = enum_numbers;
      options.always_print_primitive_fields = enum_numbers;
      for_random_requests(Ids::none, [&](Signal signal, const Message& message, auto seen_by_us) {
        std::string document;
        ASSERT_TRUE(google::protobuf::util::MessageToJsonString(message, &document, options).ok());
        const auto batch = decode_json(signal, body_of(document));
        ASSERT_TRUE(batch.has_value()) << batch.error().message << "\n" << document;
        const auto from_document = message.SerializeAsString();
        EXPECT_EQ(seen_by_us(*batch), from_document) << document;
      });
    }
  }
}

// Order of groups aside: equal resources are written as one.
std::vector<std::string> flat(const reference::TracesData& data) {
  std::vector<std::string> spans;
  for (const auto& of_resource : data.resource_spans()) {
    for (const auto& of_scope : of_resource.scope_spans()) {
      for (const auto& span : of_scope.spans()) {
        spans.push_back(of_resource.resource().SerializeAsString() + '|' + of_resource.schema_url() + '|' +
                        of_scope.scope().SerializeAsString() + '|' + of_scope.schema_url() + '|' +
                        span.SerializeAsString());
      }
    }
  }
  std::sort(spans.begin(), spans.end());
  return spans;
}

TEST(Differential, libprotobuf_reads_the_spans_that_we_encode) {
  for (uint64_t seed = 0; seed < k_rounds; ++seed) {
    std::mt19937_64 random(seed);
    reference::TracesData traces;
    fill_at_random(traces, random, Ids::as_bytes);
    const auto batch = decode_protobuf(Signal::traces, body_of(traces.SerializeAsString()));
    ASSERT_TRUE(batch.has_value());
    reference::TracesData again;
    ASSERT_TRUE(again.ParseFromString(encode_protobuf(batch->spans)));
    ASSERT_EQ(flat(again), flat(traces)) << "seed " << seed;
  }
}

TEST(Differential, libprotobuf_reads_the_metric_points_that_we_encode) {
  for (uint64_t seed = 0; seed < k_rounds; ++seed) {
    std::mt19937_64 random(seed);
    reference::MetricsData metrics;
    fill_at_random(metrics, random, Ids::as_bytes);
    const auto batch = decode_protobuf(Signal::metrics, body_of(metrics.SerializeAsString()));
    ASSERT_TRUE(batch.has_value());
    for (const RawMetric& metric : batch->metrics) {
      for (const RawMetricPoint& point : metric.points) {
        RawMetric one = metric;
        one.points = std::span(&point, 1);
        reference::Metric expected;
        copy_metric(one, expected);
        const std::string encoded = encode_metric_point(metric, point);
        reference::Metric seen;
        ASSERT_TRUE(seen.ParseFromString(encoded));
        ASSERT_EQ(seen.SerializeAsString(), expected.SerializeAsString()) << "seed " << seed;
        Arena arena;
        const auto again = decode_metric(encoded, arena);
        ASSERT_TRUE(again.has_value()) << again.error().message;
        reference::Metric ours;
        copy_metric(*again, ours);
        ASSERT_EQ(ours.SerializeAsString(), expected.SerializeAsString()) << "seed " << seed;
      }
    }
  }
}

// Two halves of one message in a row are that message, by protobuf's rules.
TEST(Differential, messages_sent_in_two_parts_merge_as_in_libprotobuf) {
  for (uint64_t seed = 0; seed < k_rounds; ++seed) {
    std::mt19937_64 random(seed);
    reference::ResourceSpans halves[2];
    reference::Metric metric_halves[2];
    std::string bytes, metric_bytes;
    for (int i = 0; i < 2; ++i) {
      fill_at_random(halves[i], random, Ids::as_bytes);
      fill_at_random(metric_halves[i], random, Ids::as_bytes);
      bytes += halves[i].SerializeAsString();
      metric_bytes += metric_halves[i].SerializeAsString();
    }

    reference::TracesData expected;
    ASSERT_TRUE(expected.add_resource_spans()->ParseFromString(bytes));
    std::string request = "\x0a";
    for (size_t rest = bytes.size(); rest > 0 || request.size() == 1; rest >>= 7) {
      request += static_cast<char>((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
    }
    const auto batch = decode_protobuf(Signal::traces, body_of(request + bytes));
    ASSERT_TRUE(batch.has_value()) << batch.error().message;
    ASSERT_EQ(traces_of(*batch).SerializeAsString(), expected.SerializeAsString()) << "seed " << seed;

    reference::Metric expected_metric, seen_metric;
    ASSERT_TRUE(expected_metric.ParseFromString(metric_bytes));
    Arena arena;
    const auto metric = decode_metric(metric_bytes, arena);
    ASSERT_TRUE(metric.has_value()) << metric.error().message;
    copy_metric(*metric, seen_metric);
    ASSERT_EQ(seen_metric.SerializeAsString(), expected_metric.SerializeAsString()) << "seed " << seed;
  }
}

}  // namespace
}  // namespace strobe::otlp
